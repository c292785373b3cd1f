"""One record of every kind at the city's bureau and one at the district's, and who is to see which.

What each route and operation is asked with stands in `PAGES` and `things_of`; who sees each thing stands in `SIGHT`.
A route, an operation or a kind of record that stands in neither fails the enumeration, with a word on what to add.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from reperform.jobs import queue, tasks
from reperform.ledger import workshop
from reperform.ledger.asking import take
from reperform.ledger.change import Change
from reperform.ledger.models import (
    Account,
    Check,
    Enclosure,
    Engagement,
    Evidence,
    Exclusion,
    Finding,
    Inquiry,
    InquiryFile,
    Job,
    Run,
    Subject,
)  # fmt: skip
from reperform.ledger.models.lookbacks import Conclusion
from reperform.ledger.record import record
from reperform.rectify import referring
from reperform.rectify.actions import Attachment, Measure, plan, submit
from reperform.reveal import inquiring
from reperform.reveal.actions import confirm, exclude, issue
from reperform.rules.outcomes import Purpose
from reperform.web.around import BY_VERB, OPENING
from tests.web.scene import District, attachment, ran, rows
from tests.world import World

FAR = date(2030, 1, 1)
CITY = (
    "auditor",
    "reviewer",
    "liaison",
    "clerk",
    "lead",
    "stranger",
    "partner",
    "police",
    "legislator",
    "administrator",
)
DISTRICT = ("district_auditor", "district_reviewer", "district_liaison")
PEOPLE = (*CITY, *DISTRICT)

# Who sees what the city's bureau keeps. The clerk's body handles the finding for the liaison's, which stands below the
# lead's; the partner's body received the referral; the stranger and the police have no part in anything.
_AUDIT = {"auditor", "reviewer"}
_UNIT = {"liaison", "clerk", "lead"}
SIGHT: Mapping[str, set[str]] = {
    "finding": _AUDIT | _UNIT | {"legislator"},
    "evidence": _AUDIT | _UNIT | {"legislator"},
    "run": _AUDIT,
    "exclusion": _AUDIT,
    "check": _AUDIT | _UNIT | {"legislator"},
    "job": _AUDIT | {"administrator"},  # who looks after the machine sees every job, by kind and state
    "snapshot": {*PEOPLE},
    "procedure": {*PEOPLE},
    "nothing": {*PEOPLE},  # whatever is asked about no record
    "extension": _AUDIT | _UNIT,
    "waiver": _AUDIT | _UNIT | {"legislator"},
    "escalation": _AUDIT | _UNIT | {"legislator"},
    "inspection": _AUDIT | _UNIT,
    "filing": _AUDIT | _UNIT,
    "joint": _AUDIT | _UNIT | {"legislator"},
    "campaign": _AUDIT | {"lead", "legislator"},
    "task": _AUDIT | {"lead", "legislator"},
    "instruction": _AUDIT,
    "referral": _AUDIT | {"partner"},
    "inquiry": _AUDIT | {"liaison", "lead"},
    "readers": {*PEOPLE} - {"partner", "police", "administrator"},  # of a kind of record; the list may be empty
    "absent": set(),
}
# The same of what the district's bureau keeps; the legislature sees every issued finding of the place.
_THERE = {"auditor": "district_auditor", "reviewer": "district_reviewer", "liaison": "district_liaison"}
WIDE = {"nothing", "snapshot", "procedure", "readers"}


def sight(thing: str, at_city: bool) -> set[str]:
    """Return who sees a thing."""
    people = SIGHT[thing]
    if at_city or thing in WIDE:
        return people
    return {_THERE[one] for one in people & _THERE.keys()} | people & {"legislator", "partner", "administrator"}


@dataclass
class Place:
    """The records of one audit body."""

    finding: Finding
    run: Run
    exclusion: Exclusion
    check: Check
    inquiry: Inquiry
    job: Job
    records: dict[str, Subject]  # by kind

    @property
    def unit(self) -> str:
        assert self.finding.responsible is not None
        return self.finding.responsible.number

    @property
    def evidence(self) -> Evidence:
        return self.finding.evidence.filter(submission__isnull=False).get()


Arguments = Callable[[Place], list[object]]
_OF_A_FINDING = (
    "finding revise issue discard assign fill plan keep_draft submit verify judge return accept close rerun slip claim "
    "claim_keep claim_same claim_xlsx claim_file"
)
_OF_AN_INQUIRY = "inquiry inquiry_xlsx inquiry_answer inquiry_book inquiry_settle inquiry_return inquiry_take_back"
PAGES: Mapping[str, tuple[str, Arguments]] = {
    **{name: ("finding", lambda place: [place.finding.number]) for name in _OF_A_FINDING.split()},
    "evidence": ("evidence", lambda place: [place.finding.number, place.evidence.pk]),
    "finding_step": ("finding", lambda place: [place.finding.number, "respond"]),
    **{name: ("run", lambda place: [place.run.number]) for name in ("run", "confirm", "exclude", "inquire")},
    **{name: ("job", lambda place: [place.job.pk]) for name in ("job", "job_cancel", "job_retry")},
    "lift": ("exclusion", lambda place: [place.exclusion.number]),
    **{name: ("check", lambda place: [place.check.number]) for name in ("check", "decide")},
    "snapshot": ("snapshot", lambda place: [place.run.snapshot.number]),
    "procedure": ("procedure", lambda place: ["SI-01"]),
    "watched": ("nothing", lambda place: ["overdue"]),
    "records": ("readers", lambda place: ["waiver"]),
    "record": ("waiver", lambda place: ["waiver", place.records["waiver"].number]),
    "record_new": ("nothing", lambda place: ["instruction", "enter"]),
    "record_step": ("waiver", lambda place: ["waiver", place.records["waiver"].number, "lift"]),
    "letter": ("escalation", lambda place: ["escalation", place.records["escalation"].number]),
    "enclosure": (
        "referral",
        lambda place: [place.records["referral"].number, _enclosure(place)],
    ),
    "lists": ("finding", lambda place: [place.unit]),
    **{name: ("inquiry", lambda place: [place.inquiry.number]) for name in _OF_AN_INQUIRY.split()},
    "inquiry_file": (
        "inquiry", lambda place: [place.inquiry.number, InquiryFile.objects.get(asked__inquiry=place.inquiry).pk],
    ),
    "token_revoke": ("absent", lambda place: ["0" * 16]),
}  # fmt: skip
_PREFIXES: Mapping[str, tuple[str, Callable[[Place], str]]] = {
    "/findings/": ("finding", lambda place: place.finding.number),
    "/runs/": ("run", lambda place: place.run.number),
    "/exclusions/": ("exclusion", lambda place: place.exclusion.number),
    "/checks/": ("check", lambda place: place.check.number),
    "/procedures/": ("procedure", lambda place: "SI-01"),
    "/watch/": ("nothing", lambda place: "overdue"),
}


def _enclosure(place: Place) -> int:
    return Enclosure.objects.get(referral__number=place.records["referral"].number).pk


def thing_of(path: str, place: Place) -> tuple[str, str]:
    """Return which thing an operation is asked about, and the address with its number in it."""
    place_of, mark, rest = path.partition("{")
    if not mark:
        return "nothing", path
    rest = rest.partition("}")[2]
    if path.startswith("/records/"):
        kind = path.split("/")[2]
        assert kind in place.records, f"add a record of the kind {kind} to tests/web/permitted.py"
        return kind, f"{place_of}{place.records[kind].number}{rest}"
    known = next((known for prefix, known in _PREFIXES.items() if path.startswith(prefix)), None)
    assert known is not None, f"say in tests/web/permitted.py what {path} is asked about: _PREFIXES"
    return known[0], f"{place_of}{known[1](place)}{rest}"


# The records ---------------------------------------------------------------------------------------------------------


class Scene:
    """What both bureaus keep."""

    def __init__(self, world: World, district: District) -> None:
        self.world, self.district = world, district
        self.people: dict[str, Account] = {
            **{name: getattr(world, name) for name in CITY},
            "district_auditor": district.auditor, "district_reviewer": district.reviewer,
            "district_liaison": district.liaison,
        }  # fmt: skip
        self.city = self._place(world.auditor, world.reviewer, world.liaison, "YJ-SIF", world.engagement)
        self.there = self._place(
            district.auditor, district.reviewer, district.liaison, "DP-SIF", district.engagement
        )  # fmt: skip

    def _place(self, auditor: Account, reviewer: Account, liaison: Account, unit: str, engagement: Engagement) -> Place:
        world = self.world
        amount = 100_000 if auditor is world.auditor else 200_000  # another content: an exclusion there is none here
        run = ran(world, rows(unit, 3, amount), by=auditor, engagement=engagement)
        found = list(run.rows.select_related("run__snapshot").order_by("pk"))
        (finding,) = confirm(
            found[:2],
            procedure=workshop.procedures()["SI-01"],
            engagement=engagement,
            by=auditor,
            at=world.now(),
        )
        other = "YJ-CA" if auditor is world.auditor else "DP"
        joint = self._do("divide", finding, auditor, shares=[f"{other} 0"], text="两家共同负责")
        issue([finding], due_on=date(2026, 6, 30), by=auditor, at=world.now())
        plan(finding, [Measure("immediate", "追回")], by=liaison, at=world.now())
        records = {"joint": joint, **self._around(finding, auditor, reviewer, liaison)}
        submit(finding, text="已追回", attachments=[_file("submission", unit)], by=liaison, at=world.now())
        finding.refresh_from_db()
        (exclusion,) = exclude(found[2:], reason="核实", expires_on=FAR, by=auditor, at=world.now())
        inquiry = self._inquiry(finding, auditor, liaison)
        job = queue.ask(tasks.notify, by=auditor)
        return Place(finding, run, exclusion, _check(finding, auditor), inquiry, job, records)

    def _inquiry(self, finding: Finding, auditor: Account, liaison: Account) -> Inquiry:
        """Send a row to the unit of the finding, and let it answer with a file."""
        world, unit = self.world, finding.responsible
        assert unit is not None
        run = ran(world, rows(unit.number, 1, 300_000), by=auditor, engagement=finding.engagement)
        inquiry = inquiring.send(
            list(run.rows.select_related("run")), receiver=unit, question="请核实", by=auditor, at=world.now()
        )
        file = _file("inquiry", unit.number)
        said = inquiring.Said(inquiry.rows.get(), "confirmed", "", ((file.name, file.digest),))
        inquiring.answer(inquiry, [said], by=liaison, at=world.now())
        return inquiry

    def _around(self, finding: Finding, auditor: Account, reviewer: Account, liaison: Account) -> dict[str, Subject]:
        """Take a step of every form that opens a record, as far as others come to see it."""
        at_city, due = auditor is self.world.auditor, date(2026, 8, 31)
        file = (_file("filing", finding.number),)
        if at_city:
            self._do("delegate", finding, liaison, to=self.world.bodies["YJ-SIF-E"], until=FAR, reason="分工")
        extension = self._do("request", finding, liaison, due_on=due, reason="跨省协查", attachments=file)
        escalation = self._do("propose", finding, auditor, rung="reminder", reason="临期")
        self._do("issue", escalation, auditor, kind="escalation", paper="催办〔2026〕1号", reply_due_on=due)
        inspection = self._do("plan_inspection", finding, auditor, on=due, matter="台账")
        held = {"on": due, "inspectors": ["甲", "乙"], "result": "属实", "attachments": file}
        self._do("hold", inspection, auditor, kind="inspection", values=held)
        filed = {"duty": "report", "on": due, "to": "局", "reference": "1", "attachments": file}
        return {
            "extension": extension, "escalation": escalation, "inspection": inspection,
            "filing": self._do("hand_in", finding, liaison, values=filed),
            "waiver": self._do(
                "waive", finding, reviewer, rule="accept.evidence", reason="核对",
                expires_at=self.world.now() + timedelta(days=900),
            ),
            **self._campaign(finding, auditor), "referral": self._referral(finding, auditor, reviewer),
            "instruction": self._do(
                "enter", None, auditor, kind="instruction", values={"kind": "request"}, title="请示", text="事项",
                person="", paper="", reply_due_on=due, findings=[finding],
            ),
        }  # fmt: skip

    def _do(
        self, verb: str, subject: Subject | None, by: Account, *, kind: str = "finding",
        values: Mapping[str, object] | None = None, **given: object,
    ) -> Subject:  # fmt: skip
        form = (BY_VERB if subject is not None else OPENING)[kind, verb]
        return take(form, subject, {**given, **(values or {})}, by=by, at=self.world.now())  # type: ignore[return-value]

    def _campaign(self, finding: Finding, auditor: Account) -> dict[str, Subject]:
        due, lead = date(2026, 9, 30), self.world.bodies["YJ-HRSS" if auditor is self.world.auditor else "YJ-CA"]
        campaign = self._do("open", None, auditor, kind="campaign", title="专项整改", basis="", due_on=due)
        task = self._do(
            "assign", campaign, auditor, kind="campaign", title="冒领", lead=lead, due_on=due, findings=[finding]
        )
        return {"campaign": campaign, "task": task}

    def _referral(self, finding: Finding, auditor: Account, reviewer: Account) -> Subject:
        world = self.world
        file = _file("referral", finding.number)
        referral = referring.draft(
            referring.Letter("线索", "事实"), purpose=Purpose.CLUE, receiver=world.bodies["YJ-CDI"], finding=finding,
            enclosed=(referring.Enclosed(file.digest, file.name),), by=auditor, at=world.now(),
        )  # fmt: skip
        referring.approve(referral, by=reviewer, at=world.now())
        return referring.send(referral, by=auditor, at=world.now())


def _file(what: str, where: str) -> Attachment:
    return attachment(f"{what} {where}".encode())


def _check(finding: Finding, by: Account) -> Check:
    """Enter a check as a run would propose it."""
    run = finding.run
    assert run is not None
    check = Check(
        number=f"LB-{finding.number}", finding=finding, audit_body=finding.audit_body, snapshot=run.snapshot, run=run,
        proposal=Conclusion.HELD, checked_at=run.ran_at,
    )  # fmt: skip
    record([Change("propose", check, facts={"audit": by.body.number, "gaps": 0})], actor=by.actor(), at=run.ran_at)
    return check
