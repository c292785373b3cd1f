"""Results of rectification: the words they are counted in.

The money classes are those that municipal bureaus print (审计结果统计); one yuan goes to exactly one class.
Source of the words: public rectification reports (Nanle 2022, Quzhou 2018); [K] where only the statistics form
has them.
"""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum

_BETWEEN = re.compile(r"[;,、|\n]")


class MoneyClass(StrEnum):
    """Where rectified money goes."""

    REMIT_TREASURY = "remit_treasury"  # 上缴财政
    REDUCE_GRANT = "reduce_grant"  # 减少财政拨款或补贴
    RETURN_TO_CHANNEL = "return_to_channel"  # 归还原资金渠道
    ADJUST_BOOKS = "adjust_books"  # 调账
    EXPEDITE = "expedite"  # 促进拨付资金到位
    REVITALISE = "revitalise"  # 盘活存量资金
    RECOVER_LOSS = "recover_loss"  # 追缴、挽回损失
    CUT_INVESTMENT = "cut_investment"  # 核减投资额
    PAY_PERSONS = "pay_persons"  # 补发个人


class OutcomeKind(StrEnum):
    """What an outcome is."""

    MONEY = "money"
    RULE = "rule"  # 完善制度, counted once by title and number
    PERSON = "person"  # 追责问责人次, distinct persons
    SERVICE = "service"  # 服务改善: a measure before and after
    PAID = "paid"  # 惠及人数: people to whom something was paid


class Sanction(StrEnum):
    """How a person was held accountable; the words of the rules on discipline and on administrative sanctions."""

    CRITICISM = "criticism"  # 批评教育、责令检查
    ADMONITION = "admonition"  # 诫勉
    ORGANISATION = "organisation"  # 组织处理
    PARTY = "party"  # 党纪处分
    ADMINISTRATIVE = "administrative"  # 政务处分
    ECONOMIC = "economic"  # 经济处理
    OTHER = "other"


class Claim(StrEnum):
    """What a unit says of one item; never a verdict."""

    DONE = "done"  # 已整改
    PARTLY = "partly"  # 部分整改
    NOT_DONE = "not_done"  # 未整改
    DISAGREES = "disagrees"  # 有异议


class Term(StrEnum):
    """How soon a finding can be put right."""

    IMMEDIATE = "immediate"  # 立行立改
    STAGED = "staged"  # 分阶段整改
    CONTINUOUS = "continuous"  # 持续整改


class Supervision(StrEnum):
    """The three methods of supervision."""

    COMPREHENSIVE = "comprehensive"  # 全面整改
    SPECIAL = "special"  # 专项整改
    KEY = "key"  # 重点督办


class Nature(StrEnum):
    """Nature of a problem."""

    VIOLATION = "violation"  # 违规
    LOSS = "loss"  # 损失浪费
    MISMANAGEMENT = "mismanagement"  # 管理不规范


class Response(StrEnum):
    """What the unit says of a finding: agreement is an axis of its own, beside the state (US OIG, 2 CFR 200.511)."""

    AGREE = "agree"
    PARTLY = "partly"
    DISAGREE = "disagree"


class Closure(StrEnum):
    """Why a finding is no longer open; only the first counts as put right (GAO: Closed - Implemented)."""

    VERIFIED = "verified"  # 整改到位，对账销号
    NOT_APPLICABLE = "not_applicable"  # 不再适用
    CANNOT_BE_DONE = "cannot_be_done"  # 无法整改
    OVERTURNED = "overturned"  # 经裁决撤销


class Rung(StrEnum):
    """The ladder of pressing, from below."""

    REMINDER = "reminder"  # 提醒
    PRESS_LETTER = "press_letter"  # 督办函
    INTERVIEW = "interview"  # 约谈
    CIRCULAR = "circular"  # 通报
    ACCOUNTABILITY = "accountability"  # 问责建议


class Purpose(StrEnum):
    """Why a matter goes to another body: to be investigated there, or for that body to use the result."""

    CLUE = "clue"  # 移送处理
    RESULTS = "results"  # 成果贯通运用


class Use(StrEnum):
    """What a receiver made of it."""

    INVESTIGATION = "investigation"  # 立案查处
    PENALTY = "penalty"  # 行政处理处罚
    DISCIPLINE = "discipline"  # 党纪政务处分
    BUDGET = "budget"  # 预算安排挂钩
    APPRAISAL = "appraisal"  # 考核评价
    PROMOTION = "promotion"  # 干部任用参考
    INSPECTION = "inspection"  # 巡察、督查
    RULE = "rule"  # 完善制度
    NONE = "none"  # 未予运用


class InstructionKind(StrEnum):
    """A major matter goes up as a request or a report, or comes down as an instruction."""

    REQUEST = "request"  # 请示
    REPORT = "report"  # 报告
    INSTRUCTION = "instruction"  # 批示


class Duty(StrEnum):
    """The three duties of an audited unit (Audit Law 2021 art. 52)."""

    REPORT = "report"  # 向审计机关报告
    CO_REPORT = "co_report"  # 同时向本级政府或主管部门报告
    PUBLICATION = "publication"  # 向社会公布


class Verdict(StrEnum):
    """What a look-back says of one item; `pending` until the first one."""

    PENDING = "pending"
    CLEARED = "cleared"
    PARTLY = "partly"
    STILL = "still"
    UNPROVEN = "unproven"


def vouchers(reference: str) -> tuple[str, ...]:
    """Return the vouchers that a reference names, each in the one form in which it is compared: 记-18 is 记－18 ."""
    parts = _BETWEEN.split(unicodedata.normalize("NFKC", reference).casefold())
    return tuple(dict.fromkeys(bare for part in parts if (bare := "".join(part.split()))))
