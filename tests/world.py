"""A small, real world for tests: bodies and people made through the same actions that the site uses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from reperform.ledger.models import Account, Body, Engagement, Finding
from reperform.rectify.organise import BodyEntry, enrol, register_bodies
from reperform.rules.standing import Role

if TYPE_CHECKING:
    from reperform.rectify.actions import Attachment, Result

START = datetime(2026, 4, 1, 1, 0, tzinfo=UTC)

BODIES = (
    BodyEntry("YJ", "云江市", "government", "Yunjiang City"),
    BodyEntry("YJ-AUD", "云江市审计局", "audit", "Yunjiang Audit Bureau", "YJ"),
    BodyEntry("YJ-HRSS", "市人力资源和社会保障局", "department", "Human Resources Bureau", "YJ"),
    BodyEntry("YJ-SIF", "市社会保险基金管理中心", "unit", "Social Insurance Fund Centre", "YJ-HRSS"),
    BodyEntry("YJ-CA", "市民政局", "department", "Civil Affairs Bureau", "YJ"),
    BodyEntry("YJ-SIF-E", "东屏办事处", "unit", "Dongping Office", "YJ-SIF"),
    BodyEntry("YJ-CDI", "云江市纪委监委", "discipline", "Commission for Discipline Inspection", "YJ"),
    BodyEntry("YJ-POL", "云江市公安局", "police", "Public Security Bureau", "YJ"),
    BodyEntry("YJ-NPC", "云江市人大常委会", "legislature", "Standing Committee", "YJ"),
)
SEEN = ("person", "matter", "object", "rule", "number", "effect")  # every point of the closing standard
PEOPLE = {
    "auditor": (Role.AUDITOR, "YJ-AUD"),
    "auditor_two": (Role.AUDITOR, "YJ-AUD"),
    "reviewer": (Role.REVIEWER, "YJ-AUD"),
    "liaison": (Role.LIAISON, "YJ-SIF"),
    "stranger": (Role.LIAISON, "YJ-CA"),
    "clerk": (Role.LIAISON, "YJ-SIF-E"),
    "partner": (Role.PARTNER, "YJ-CDI"),
    "police": (Role.PARTNER, "YJ-POL"),
    "lead": (Role.LEAD, "YJ-HRSS"),
    "legislator": (Role.LEGISLATOR, "YJ-NPC"),
    "administrator": (Role.ADMINISTRATOR, "YJ-AUD"),
}


def proofs(results: Sequence[Result]) -> list[Attachment]:
    """Keep one real file of the kind that each claimed outcome owes, and return them."""
    from django.conf import settings

    from reperform.ledger.models.rectifying import EvidenceKind
    from reperform.ledger.vault import Vault
    from reperform.rectify.actions import Attachment

    kinds = {"money": EvidenceKind.VOUCHER, "rule": EvidenceKind.RULE, "person": EvidenceKind.APPROVAL}
    vault = Vault(settings.HOME.evidence)
    return [
        Attachment(vault.keep([kind.encode()], name=f"{kind}.txt", limit=10**6), f"{kind}.txt", kinds[kind])
        for kind in dict.fromkeys(str(one.kind) for one in results)
        if kind in kinds
    ]


@dataclass
class World:
    """The bodies by code, the people by name, one open engagement, and a clock that only moves forward."""

    bodies: dict[str, Body]
    people: dict[str, Account]
    engagement: Engagement
    clock: datetime = START

    def __getattr__(self, name: str) -> Account:
        try:
            return self.__dict__["people"][name]
        except KeyError:
            raise AttributeError(name) from None

    def now(self) -> datetime:
        self.clock += timedelta(minutes=1)
        return self.clock

    def draft(self, *, ordered: int = 0, title: str = "向死亡人员发放养老金") -> Finding:
        """Return a drafted finding of the fund centre, without items."""
        return self.drafts(1, ordered=ordered, title=title)[0]

    def drafts(self, count: int, *, ordered: int = 0, title: str = "向死亡人员发放养老金") -> list[Finding]:
        """Return findings of the fund centre, drafted in one batch."""
        from django.db import transaction

        from reperform.ledger.change import Change
        from reperform.ledger.numbers import allocate
        from reperform.ledger.record import record

        facts = {"audit": "YJ-AUD", "responsible": "YJ-SIF"}
        with transaction.atomic():
            changes = [
                Change(
                    "draft",
                    Finding(
                        number=number, engagement=self.engagement, title=title, criteria="标准", condition="事实",
                        amount=ordered, ordered=ordered, audit_body=self.bodies["YJ-AUD"],
                        responsible=self.bodies["YJ-SIF"], money_class="return_to_channel",
                    ),
                    facts=facts,
                )
                for number in allocate("", 2026, count)
            ]  # fmt: skip
            record(changes, actor=self.auditor.actor(), at=self.now())
        return [change.subject for change in changes]

    def issued(self, *, ordered: int = 0, due_on: date = date(2026, 6, 30)) -> Finding:
        """Return an issued finding."""
        from reperform.reveal.actions import issue

        return issue([self.draft(ordered=ordered)], due_on=due_on, by=self.auditor, at=self.now())[0]

    def submitted(self, *, ordered: int = 0) -> Finding:
        """Return a finding that the unit planned and submitted."""
        from reperform.rectify.actions import Measure, plan, submit

        finding = self.issued(ordered=ordered)
        plan(finding, [Measure("immediate", "追回多发养老金")], by=self.liaison, at=self.now())
        submit(finding, text="已全部追回", by=self.liaison, at=self.now())
        return finding

    def accepted(self) -> Finding:
        """Return a finding that a verifier accepted and nobody closed yet."""
        from reperform.verify.actions import accept

        return accept(self.submitted(), standard=SEEN, by=self.auditor, at=self.now())


def make_world() -> World:
    """Register the bodies, enrol the people and open an engagement."""
    from reperform.reveal.actions import open_engagement

    bodies = {body.number: body for body in register_bodies(BODIES, by=None, at=START)}
    people = {
        name: enrol(username=name, name=name, role=role, body=bodies[code], password=None, by=None, at=START)
        for name, (role, code) in PEOPLE.items()
    }
    engagement = open_engagement(
        number="E-2026-01", title="2025 年度市级预算执行审计", year=2026, audit_body=bodies["YJ-AUD"],
        by=people["auditor"], at=START,
    )  # fmt: skip
    return World(bodies, people, engagement)
