"""The papers of a public investment project, one frozen value per row of a register, and how their numbers are written.

Rules kept here:

* A paper is what its register holds and nothing besides; a scenario spoils one by replacing values of a good one.
* Days are days, amounts fen, `ABSENT` an empty number, `NEVER` an empty day. Bodies and words are places in the lists
  below, firms and people running numbers.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

from reperform.city.dates import NEVER
from reperform.city.rows import ABSENT
from reperform.city.town import Town

WORKS, GOODS, DESIGN, SUPERVISION, SERVICES = range(5)
KINDS = ("施工", "货物", "勘察设计", "监理", "其他服务")
KIND_WORDS = ("works", "goods", "survey_design", "supervision", "services")
"""The words of the contract, for keys."""
LIMITS = (400_000_000, 200_000_000, 100_000_000, 100_000_000)
"""From which a contract of a kind must be tendered, in fen: NDRC order 16 of 2018, article 5."""
OPEN, INVITED, NEGOTIATED, DIRECT = range(4)
METHODS = ("公开", "邀请招标", "竞争性磋商", "直接发包")
COMPLETE, CANCELLED, UNDERWAY = range(3)
STATUSES = ("已定标", "终止", "招标中")
VALID, DISQUALIFIED, WITHDRAWN = range(3)
BID_STATUSES = ("有效", "否决投标", "撤回")
WON, REVOKED = range(2)
AWARD_STATUSES = ("中标", "取消中标资格")
BID_BOND, PERFORMANCE, QUALITY, WAGES = range(4)
BONDS = ("投标保证金", "履约担保", "质保金", "农民工工资保证金")
ADVANCE, PROGRESS, FINAL = range(3)
PAYMENTS = ("预付款", "工程进度款", "结算款")
MANAGER, TECHNICAL, QUALITY_LEAD, SAFETY, CLERK = range(5)
ROLES = ("项目经理", "技术负责人", "质量负责人", "安全负责人", "资料员")
WHOLE, MAIN_STRUCTURE, SPECIALIST, LABOUR = range(4)
SCOPES = ("全部工程", "主体工程", "专业分包", "劳务分包")
ITEMS = ("路基工程", "桥梁下部结构", "给排水管线", "基坑支护", "装饰装修", "机电安装", "绿化工程", "交通安全设施")
EXEMPTIONS = ("涉密工程批准文件", "抢险救灾认定文件", "专利技术论证意见", "向原承包人追加的论证意见")


@dataclass(frozen=True)
class Project:
    """A project and its approvals."""

    project: int
    body: int
    proposal: int
    feasibility_on: int
    feasibility: int
    estimate_on: int
    estimate: int
    budget_on: int
    budget: int
    state_funds: int
    permit: int
    started: int = NEVER
    accepted: int = NEVER
    accounts_on: int = NEVER
    accounts: int = ABSENT


@dataclass(frozen=True)
class Tender:
    """A tender and its days."""

    tender: int
    project: int
    body: int
    agency: int
    kind: int
    method: int
    status: int
    value: int
    published: int
    docs_from: int
    docs_until: int
    deadline: int
    candidates_from: int
    candidates_until: int
    noticed: int
    committee: int
    experts: int
    bidders: int


@dataclass(frozen=True)
class Bid:
    """A bid of one bidder."""

    tender: int
    bid: int
    firm: int
    amount: int
    submitted: int
    status: int
    rank: int
    period: int
    manager: int
    agent: int
    account: int
    author: int
    device: int


@dataclass(frozen=True)
class Award:
    """An award."""

    tender: int
    award: int
    firm: int
    amount: int
    awarded: int
    status: int = WON


@dataclass(frozen=True)
class Contract:
    """A contract."""

    contract: int
    project: int
    body: int
    tender: int
    award: int
    kind: int
    method: int
    exemption: int
    firm: int
    amount: int
    signed: int
    period: int
    manager: int
    percent: int


@dataclass(frozen=True)
class Bond:
    """A bond that a body took."""

    bond: int
    kind: int
    body: int
    tender: int
    contract: int
    payer: int
    amount: int
    taken: int
    returned: int = ABSENT
    returned_on: int = NEVER
    voucher: int = ABSENT


@dataclass(frozen=True)
class Variation:
    """A variation order."""

    contract: int
    variation: int
    item: int
    amount: int
    worked: int
    approved: int


@dataclass(frozen=True)
class Settlement:
    """A settlement."""

    contract: int
    claimed: int
    audited: int
    audited_on: int
    settled: int
    settled_on: int


@dataclass(frozen=True)
class Payment:
    """A payment under a contract."""

    payment: int
    contract: int
    paid: int
    amount: int
    kind: int


@dataclass(frozen=True)
class Certificate:
    """A certificate of progress."""

    contract: int
    certificate: int
    certified: int
    cumulative: int


@dataclass(frozen=True)
class Staff:
    """A month of a person on site."""

    contract: int
    person: int
    role: int
    month: int
    employer: int


@dataclass(frozen=True)
class Subcontract:
    """A subcontract; `agreed` and `qualified` are 1, 0 or `ABSENT`."""

    subcontract: int
    contract: int
    upper: int
    firm: int
    scope: int
    amount: int
    signed: int
    agreed: int
    qualified: int


@dataclass(frozen=True)
class Document:
    """A part of a bid's text."""

    tender: int
    bid: int
    part: int
    text: str


Paper = (
    Project
    | Tender
    | Bid
    | Award
    | Contract
    | Bond
    | Variation
    | Settlement
    | Payment
    | Certificate
    | Staff
    | Subcontract
    | Document
)
TABLES: dict[type, str] = {
    Project: "project",
    Tender: "tender",
    Bid: "bid",
    Award: "award",
    Contract: "contract",
    Bond: "bond",
    Variation: "variation",
    Settlement: "settlement",
    Payment: "project_payment",
    Certificate: "progress_certificate",
    Staff: "site_staff",
    Subcontract: "subcontract",
    Document: "bid_document",
}
COLUMNS = {table: tuple(field.name for field in fields(kind)) for kind, table in TABLES.items()}
TEXTS = {"bid_document": ("text",)}


def builders(town: Town) -> tuple[str, ...]:
    """Return the codes of the bodies that build: departments, units and state enterprises."""
    return tuple(body.code for body in town.tree if body.kind in ("department", "unit", "enterprise"))


def project_text(number: int) -> str:
    """Return a project's number as it is written."""
    return f"XM{number:08d}"


def tender_text(number: int) -> str:
    """Return a tender's number as it is written."""
    return f"ZB{number:08d}"


def bid_text(number: int) -> str:
    """Return a bid's number as it is written."""
    return f"TB{number:09d}"


def firm_text(number: int) -> str:
    """Return a firm's number as it is written."""
    return f"QY{number:08d}"


def contract_text(number: int) -> str:
    """Return a contract's number as it is written."""
    return f"GC{number:08d}"


def bond_text(number: int) -> str:
    """Return a bond's number as it is written."""
    return f"BZ{number:09d}"


def variation_text(number: int) -> str:
    """Return a variation's number as it is written."""
    return f"BG{number:08d}"


def person_text(number: int) -> str:
    """Return the certificate number of somebody in the trade as it is written."""
    return f"RY{number:09d}"


def subcontract_text(number: int) -> str:
    """Return a subcontract's number as it is written."""
    return f"FB{number:08d}"
