"""Who may open which page, by which method: the map in which every route stands.

Rules kept here:

* Deny by default: a route that is missing from the map cannot be built (`routing.route`), and a test fails.
* A role that the map does not name is refused (403) before anything is read; whether this person may see this very
  record is another question, which `ledger.scope` answers in the queryset (404).
* What changes something is a POST; no GET changes anything.
* The programming interface has its own map of readings; who may take a step by it, the table of steps says.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from reperform.rules.standing import Role

GET, POST = "GET", "POST"
READS_FINDINGS = frozenset({Role.AUDITOR, Role.REVIEWER, Role.LIAISON, Role.LEAD, Role.LEGISLATOR})
PEOPLE = READS_FINDINGS | {Role.ADMINISTRATOR, Role.PARTNER}
AROUND = READS_FINDINGS | {Role.PARTNER}  # which kinds of record, `rectify.records.KINDS` says
AUDIT = frozenset({Role.AUDITOR, Role.REVIEWER})
ASKED = AUDIT | {Role.LIAISON, Role.LEAD, Role.PARTNER}  # who may be asked to check exceptions
UNIT = frozenset({Role.LIAISON})
KEEPS_JOBS = AUDIT | {Role.ADMINISTRATOR}


@dataclass(frozen=True)
class Access:
    """The roles that may use a route, or None for everybody, signed in or not; and the methods it answers."""

    roles: frozenset[Role] | None
    methods: tuple[str, ...] = (GET,)

    def admits(self, role: str) -> bool:
        return self.roles is None or role in self.roles

    def answers(self, method: str | None) -> bool:
        return method in self.methods or (method == "HEAD" and GET in self.methods)


ACCESS: Mapping[str, Access] = MappingProxyType(
    {
        "login": Access(None, (GET, POST)),
        "role_card": Access(None, (POST,)),
        "logout": Access(None, (POST,)),
        "language": Access(None, (POST,)),
        "large_type": Access(None, (POST,)),
        "workbench": Access(PEOPLE),
        "ledger": Access(READS_FINDINGS),
        "ledger_xlsx": Access(READS_FINDINGS),
        "ledger_issue": Access(AUDIT, (POST,)),
        "finding": Access(READS_FINDINGS),
        "evidence": Access(READS_FINDINGS),
        "revise": Access(AUDIT, (GET, POST)),
        "issue": Access(AUDIT, (POST,)),
        "discard": Access(AUDIT, (POST,)),
        "assign": Access(AUDIT, (GET, POST)),
        "fill": Access(UNIT),
        "plan": Access(UNIT, (POST,)),
        "keep_draft": Access(UNIT, (POST,)),
        "submit": Access(UNIT, (POST,)),
        "claim": Access(UNIT),
        "claim_keep": Access(UNIT, (POST,)),
        "claim_same": Access(UNIT, (POST,)),
        "claim_xlsx": Access(UNIT),
        "claim_file": Access(UNIT, (POST,)),
        "verify_queue": Access(AUDIT),
        "verify": Access(AUDIT),
        "judge": Access(AUDIT, (POST,)),
        "return": Access(AUDIT, (POST,)),
        "accept": Access(AUDIT, (POST,)),
        "close": Access(AUDIT, (POST,)),
        "rerun": Access(AUDIT, (POST,)),
        "data": Access(AUDIT),
        "snapshot": Access(AUDIT),
        "procedures": Access(AUDIT),
        "procedure": Access(AUDIT),
        "runs": Access(AUDIT),
        "run_now": Access(AUDIT, (POST,)),
        "run": Access(AUDIT),
        "confirm": Access(AUDIT, (POST,)),
        "exclude": Access(AUDIT, (POST,)),
        "lift": Access(AUDIT, (POST,)),
        "inquire": Access(AUDIT, (POST,)),
        "inquiries": Access(ASKED),
        "inquiry": Access(ASKED),
        "inquiry_xlsx": Access(ASKED),
        "inquiry_file": Access(ASKED),
        "inquiry_answer": Access(ASKED, (POST,)),
        "inquiry_book": Access(ASKED, (POST,)),
        "inquiry_settle": Access(AUDIT, (POST,)),
        "inquiry_return": Access(AUDIT, (POST,)),
        "inquiry_take_back": Access(AUDIT, (POST,)),
        "finding_step": Access(READS_FINDINGS, (GET, POST)),
        "watch": Access(AROUND),
        "watched": Access(READS_FINDINGS),
        "records": Access(AROUND),
        "record": Access(AROUND),
        "record_new": Access(AUDIT, (GET, POST)),
        "record_step": Access(AROUND, (GET, POST)),
        "enclosure": Access(AUDIT | {Role.PARTNER}),
        "letter": Access(AROUND),
        "lists": Access(READS_FINDINGS),
        "slip": Access(READS_FINDINGS),
        "jobs": Access(KEEPS_JOBS),
        "job": Access(KEEPS_JOBS),
        "job_cancel": Access(KEEPS_JOBS, (POST,)),
        "job_retry": Access(KEEPS_JOBS, (POST,)),
        "notifications": Access(PEOPLE),
        "notifications_save": Access(PEOPLE, (POST,)),
        "calendar": Access(PEOPLE),
        "lookback": Access(AUDIT),
        "check": Access(AUDIT),
        "decide": Access(AUDIT, (POST,)),
        "tokens": Access(PEOPLE, (GET, POST)),
        "token_revoke": Access(PEOPLE, (POST,)),
    }
)
READINGS: Mapping[str, Access] = MappingProxyType(
    {
        "schema": Access(PEOPLE),
        "me": Access(PEOPLE),
        "bodies": Access(PEOPLE),
        "engagements": Access(AUDIT),
        "log_checkpoint": Access(PEOPLE),
        **dict.fromkeys(
            ("findings", "finding", "finding_items", "finding_measures", "finding_duties", "finding_submissions",
             "finding_evidence", "finding_verifications", "finding_checks", "finding_history", "finding_steps"),
            Access(READS_FINDINGS),
        ),
        "finding_records": Access(READS_FINDINGS),
        "watch": Access(AROUND),
        "watched": Access(READS_FINDINGS),
        **dict.fromkeys(
            ("procedures", "procedure", "snapshots", "runs", "run", "run_exceptions", "exclusions", "checks", "check",
             "check_verdicts"),
            Access(AUDIT),
        ),
        "jobs": Access(AUDIT | {Role.ADMINISTRATOR}),
    }
)  # fmt: skip
