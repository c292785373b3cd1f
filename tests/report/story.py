"""A year of rectification in a small world, day by day, through the same actions that the site uses.

`tell` is a generator: it yields each day on which something had happened, so that a test can ask for the figures then
and again at the end. The last day is after the usual cut-off date of 30 November.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction
from tests.world import SEEN, World, proofs

from reperform import catalogue
from reperform.engine.results import ExceptionRow as Found
from reperform.engine.results import Remedy, Result, Status, Subject, SubjectOutcome
from reperform.engine.spec import load_procedure
from reperform.engine.verdict import Gap, GapKind
from reperform.ledger.change import Change
from reperform.ledger.models import Check, Finding, Item, Snapshot
from reperform.ledger.models.findings import DutyRole
from reperform.ledger.models.lookbacks import Conclusion
from reperform.ledger.models.rectifying import EvidenceKind
from reperform.ledger.numbers import allocate
from reperform.ledger.record import record
from reperform.ledger.vault import Vault
from reperform.lookback.actions import Reperformance, decide, propose
from reperform.rectify.actions import Attachment, Measure, assign, plan, submit
from reperform.rectify.actions import Result as Claimed
from reperform.reveal.actions import issue
from reperform.rules.outcomes import OutcomeKind
from reperform.verify.actions import accept, close, return_

CUT_OFF = date(2026, 11, 30)
PERSON = "990101194803154127"
WAN = 10**6
PROCEDURE = Path(catalogue.__path__[0]) / "social_insurance" / "SI-01.sql"
RULE = Claimed(OutcomeKind.RULE, title="养老金资格核验办法", reference="云人社规〔2026〕3号", on=date(2026, 7, 1))


@dataclass
class Story:
    """The world, its findings by a short name, and the steps with their dates."""

    world: World
    findings: dict[str, Finding] = field(default_factory=dict)

    def on(self, day: date, hour: int = 10) -> date:
        """Set the clock: the hour is local time, eight hours before UTC."""
        self.world.clock = datetime(day.year, day.month, day.day, hour, tzinfo=UTC) - timedelta(hours=8)
        return day

    def find(
        self, name: str, title: str, category: str, *, unit: str = "YJ-SIF", term: str = "immediate",
        nature: str = "violation", money: str = "return_to_channel", items: tuple[int, ...] = (), amount: int = 0,
    ) -> Finding:  # fmt: skip
        """Draft a finding with items of these amounts."""
        with transaction.atomic():
            finding = Finding(
                number=allocate("", 2026, 1)[0], engagement=self.world.engagement, title=title, category=category,
                criteria="《社会保险经办条例》第二十五条", condition="向已死亡人员发放养老金", cause="数据未共享",
                effect="基金流失", requirement="追回多发资金，完善核验", amount=sum(items) or amount,
                ordered=sum(items) or amount, term=term, nature=nature, money_class=money,
                audit_body=self.world.bodies["YJ-AUD"],
                responsible=self.world.bodies[unit], code="SI-01",
            )  # fmt: skip
            rows = [
                Item(
                    finding=finding, position=place, identity=f"{name}-{place}", body_code=unit, amount=worth,
                    key={"person_id": PERSON, "month": f"2026-{place:02d}"}, fields={"scheme": "职工"},
                )
                for place, worth in enumerate(items, 1)
            ]  # fmt: skip
            facts = {"audit": "YJ-AUD", "responsible": unit}
            record(
                [Change("draft", finding, facts=facts, adds=rows)],
                actor=self.world.auditor.actor(),
                at=self.world.now(),
            )
        self.findings[name] = finding
        return finding

    def issue(self, *names: str, due_on: date) -> None:
        issue([self.findings[name] for name in names], due_on=due_on, by=self.world.auditor, at=self.world.now())

    def carry(self, name: str, role: DutyRole, body: str, **people: str) -> None:
        by, at = self.world.auditor, self.world.now()
        assign(self.findings[name], role=role, body=self.world.bodies[body], by=by, at=at, **people)

    def report(
        self, name: str, *results: Claimed, text: str = "已全部追回", unfinished: str = "", **more: object
    ) -> None:
        """Plan, if nothing was planned, and submit."""
        finding = self.findings[name]
        by = self.world.liaison if finding.responsible.number == "YJ-SIF" else self.world.stranger
        if finding.state in {"issued", "returned"}:
            plan(finding, [Measure("immediate", "逐人核对并追回"), Measure("mechanism", "按月比对死亡登记")], by=by,
                 at=self.world.now())  # fmt: skip
        given = list(more.pop("attachments", ()))
        kinds = {one.kind for one in given}
        submit(
            finding,
            attachments=given + [one for one in proofs(results) if one.kind not in kinds],
            text=text,
            results=results,
            unfinished=unfinished,
            by=by,
            at=self.world.now(),
            **more,
        )

    def send_back(self, name: str) -> None:
        return_(self.findings[name], reason="缺少银行回单", by=self.world.auditor, at=self.world.now())

    def strike_off(self, name: str) -> None:
        accept(self.findings[name], standard=SEEN, by=self.world.auditor, at=self.world.now())
        close(self.findings[name], by=self.world.reviewer, at=self.world.now())

    def look_back(self, name: str, now: dict[int, Subject], *, gaps: tuple[Gap, ...] = (), new: int = 0) -> Check:
        """Rerun on a newer snapshot: `now` says by position what the data say of each item."""
        finding, at = self.findings[name], self.world.now()
        snapshot = self._snapshot(at)
        subjects = {f"{name}-{place}": subject for place, subject in now.items()}
        rows = [
            Found(identity=key, key={"person_id": PERSON}, body=finding.responsible.number, amount=one.amount,
                  fields={})
            for key, one in subjects.items() if one.outcome is SubjectOutcome.EXCEPTION
        ] + [
            Found(identity=f"{name}-new-{place}", key={"person_id": PERSON}, body=finding.responsible.number,
                  amount=3 * WAN, fields={})
            for place in range(new)
        ]  # fmt: skip
        result = Result(
            code="SI-01", version=1, procedure_hash="a" * 64, snapshot_hash=snapshot.number, as_of=at.date(),
            parameters={}, status=Status.DONE, population=1000, clean=1000 - len(rows), exceptions=tuple(rows),
            subjects=subjects, result_hash="b" * 64,
        )  # fmt: skip
        return propose(finding, Reperformance(result, gaps), snapshot=snapshot, by=self.world.auditor, at=at)

    def conclude(self, check: Check, conclusion: Conclusion) -> Check:
        return decide(
            check, conclusion, reason="逐条核对", by=self.world.reviewer, at=self.world.now(),
            procedure=load_procedure(PROCEDURE),
        )  # fmt: skip

    def _snapshot(self, at: datetime) -> Snapshot:
        snapshot = Snapshot(number=f"{at:%Y%m%d%H%M%S}".ljust(64, "0"), title="新数据", as_of=at.date(), kept_at=at)
        record([Change("keep", snapshot)], actor=self.world.auditor.actor(), at=at)
        return snapshot


def clean(amount: int) -> Subject:
    return Subject("", SubjectOutcome.CLEAN, remedy=Remedy(amount, "TH-2026-0815"))


def again(amount: int, back: int = 0) -> Subject:
    return Subject("", SubjectOutcome.EXCEPTION, amount=amount, remedy=Remedy(back, "TH-1") if back else None)


GONE = Subject("", SubjectOutcome.MISSING)


def money(amount: int, to: str = "return_to_channel") -> Claimed:
    return Claimed(OutcomeKind.MONEY, to, amount)


def person(name: str) -> Claimed:
    return Claimed(OutcomeKind.PERSON, title=name, reference="云纪发〔2026〕8号")


def better(title: str) -> Claimed:
    return Claimed(OutcomeKind.SERVICE, title=title, before="25", after="12", unit="个工作日")


def paid(title: str, people: int) -> Claimed:
    return Claimed(OutcomeKind.PAID, title=title, count=people, amount=100 * people)


def voucher(name: str = "银行回单.pdf", content: bytes = b"receipt") -> Attachment:
    digest = Vault(settings.HOME.evidence).keep([content], name=name, limit=100)
    return Attachment(digest, name, EvidenceKind.VOUCHER)


def tell(story: Story) -> Iterator[date]:
    """Tell the year; yield each day after what happened on it."""
    yield from _spring(story)
    yield from _summer(story)
    yield from _autumn(story)
    yield from _winter(story)


def _spring(s: Story) -> Iterator[date]:
    day = s.on(date(2026, 5, 8))
    s.find("held", "向 3 名死亡人员发放养老金", "social_insurance", items=(700 * WAN, 500 * WAN, 34_567_890))
    s.find(
        "partly", "重复领取养老金", "social_insurance", term="staged", items=(300 * WAN, 200 * WAN, 100 * WAN, 50 * WAN)
    )
    s.find("later", "高龄津贴应发未发", "elderly_care", unit="YJ-CA", term="continuous", nature="mismanagement",
           money="pay_persons", items=(12_345_678, 1))  # fmt: skip
    s.find("late", "非税收入未及时缴库", "fiscal_funds", unit="YJ-CA", money="remit_treasury", amount=888 * WAN)
    yield day
    day = s.on(date(2026, 5, 10))
    s.issue("held", "late", due_on=date(2026, 7, 9))
    s.issue("partly", due_on=date(2026, 10, 31))
    s.issue("later", due_on=date(2027, 6, 30))
    s.carry("held", DutyRole.RESPONSIBLE, "YJ-SIF", head="钱主任", leader="孙副主任", handler="李科长")
    s.carry("held", DutyRole.LEAD, "YJ-HRSS")
    yield day


def _summer(s: Story) -> Iterator[date]:
    day = s.on(date(2026, 6, 20), 23)
    s.report("held", money(700 * WAN), text=f"已追回 {PERSON} 多领养老金", attachments=[voucher()])
    yield day
    day = s.on(date(2026, 7, 2), 0)
    s.send_back("held")
    yield day
    yield s.on(date(2026, 7, 9))  # the day of the limit itself is not late
    yield s.on(date(2026, 7, 10))  # returned and past the limit: late
    day = s.on(date(2026, 7, 11))
    files = [voucher(), voucher("核验办法.pdf", b"rule")]
    s.report("held", money(1_234_567_890), RULE, person("赵某"), person("钱某"), attachments=files)
    s.find("back", "向死亡人员发放丧葬补助", "social_insurance", items=(60 * WAN,))
    s.issue("back", due_on=date(2026, 8, 31))
    served = (better("社保卡制卡"), paid("补发丧葬补助", 1200))
    s.report("back", money(60 * WAN), RULE, person("赵某"), *served, text="已归还")
    yield day
    day = s.on(date(2026, 8, 15), 9)
    whole = {1: clean(700 * WAN), 2: clean(500 * WAN), 3: clean(34_567_890)}
    s.conclude(s.look_back("held", whole), Conclusion.HELD)
    s.conclude(s.look_back("back", {1: clean(66 * WAN)}), Conclusion.HELD)  # more came back than was found
    s.strike_off("back")
    yield day


def _autumn(s: Story) -> Iterator[date]:
    day = s.on(date(2026, 9, 10))
    s.strike_off("held")
    served = (better("社保卡制卡"), better("转移接续"), paid("补发丧葬补助", 1000), paid("补发取暖费", 30))
    s.report(
        "partly", money(500 * WAN), money(20 * WAN, "adjust_books"), *served, unfinished="1 人已去世，正向继承人追索"
    )
    yield day
    day = s.on(date(2026, 10, 1), 1)
    data = {1: clean(300 * WAN), 2: again(200 * WAN, back=50 * WAN), 3: again(100 * WAN), 4: GONE}
    s.conclude(s.look_back("partly", data), Conclusion.NOT_HELD)
    yield day
    day = s.on(date(2026, 10, 20))
    relapsed = s.conclude(s.look_back("back", {1: again(60 * WAN)}, new=2), Conclusion.RELAPSED)
    s.findings["again"] = relapsed.opened
    yield day
    day = s.on(date(2026, 10, 21))
    s.issue("again", due_on=date(2026, 12, 31))
    s.look_back("later", {1: GONE, 2: GONE})
    yield day
    day = s.on(date(2026, 11, 6))
    s.look_back("later", {}, gaps=(Gap(GapKind.TABLE_ABSENT, {"table": "resident"}),))
    yield day
    yield s.on(CUT_OFF)


def _winter(s: Story) -> Iterator[date]:
    day = s.on(date(2026, 12, 1), 0)  # the first hour after the cut-off date
    s.report("late", money(888 * WAN, "remit_treasury"), text="已缴库")
    s.look_back("later", {1: GONE, 2: GONE})
    yield day
    day = s.on(date(2026, 12, 5))
    s.strike_off("late")
    s.find("next", "预算编制不完整", "budget", unit="YJ-CA", nature="mismanagement", money="")
    s.issue("next", due_on=date(2027, 3, 1))
    s.find("draft", "尚未下达", "budget", unit="YJ-CA")
    yield day


def told(world: World) -> Story:
    """Return the whole story, told to its end."""
    story = Story(world)
    for _day in tell(story):
        pass
    return story
