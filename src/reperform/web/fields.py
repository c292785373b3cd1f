"""Who may read which field of which record: the map of pages, exports and the programming interface.

Rules kept here:

* Deny by default: a field that no row of the map names is served to nobody. `KEPT_BACK` says of such fields that this
  is meant; a test holds both against every column of every model.
* The map is asked with kind of record, role and relation. Which records a person sees at all, `ledger.scope` says.
* Of the kinds of record around findings a reader sees what their pages show (`Kind.details`), no second list.
* Who did a step stands in the records of the audit body; the others see the body that did it.
* Personal numbers in the keys of items are masked for those who need not act on single persons.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from django.apps import apps
from django.db import models

from reperform.rectify.records import KINDS
from reperform.rules.standing import Relation, Role
from reperform.web.permissions import AUDIT, PEOPLE, READS_FINDINGS

Reader = tuple[Role, Relation]
Readers = frozenset[Reader]


def _whoever(roles: Collection[Role]) -> Readers:
    """Return these roles in whatever relation: the scope has said already that the record is theirs to see."""
    return frozenset((role, relation) for role in roles for relation in Relation)


ALL, FINDINGS, INSIDE = _whoever(PEOPLE), _whoever(READS_FINDINGS), _whoever(AUDIT)
HANDLERS = INSIDE | {(Role.LIAISON, Relation.RESPONSIBLE), (Role.LIAISON, Relation.DELEGATE)}
OWNERS = _whoever(PEOPLE)  # of what belongs to one person: the scope is that person alone
NAMES = "number state seq"  # of every kind of record


def _of(*rows: tuple[Readers, str]) -> dict[str, Readers]:
    return {name: readers for readers, names in rows for name in names.split()}


_WRITTEN: Mapping[str, Mapping[str, Readers]] = {
    "Body": _of((ALL, f"{NAMES} name_zh name_en body_kind parent"), (INSIDE, "uscc")),
    "Account": _of((OWNERS, "number username name role body")),
    "Engagement": _of((FINDINGS, "number title year report_no"), (INSIDE, "state seq audit_body")),
    "Finding": _of(
        (FINDINGS, f"{NAMES} engagement title category criteria condition cause effect requirement amount ordered "
         "money_class term supervision nature issued_on due_on original_due_on closed_on served_on due_estimated "
         "response response_reason responded_on disputed_on closure closure_reason audit_body responsible delegate "
         "delegate_until lead code relapse_of repeat joint"),
        (INSIDE, "submitter verifier closer run"),
    ),
    "Item": _of((FINDINGS, "position body_code key fields amount baseline_remedied verdict remedied trace "
                 "verdict_reason"), (INSIDE, "id identity")),
    "Duty": _of((FINDINGS, "body role head leader handler")),
    "PriorReference": _of((FINDINGS, "cited earlier")),
    "CorrectiveAction": _of((FINDINGS, "kind text due_on handler standard done_on")),
    "Submission": _of((FINDINGS, "version text unfinished over_reason at"), (HANDLERS, "by")),
    "Evidence": _of((FINDINGS, "id about kind name sha256 sm3 size")),
    "Outcome": _of((FINDINGS, "kind money_class amount title reference on count before after unit sanction")),
    "ItemClaim": _of((FINDINGS, "item amount text claim reference")),
    "Verification": _of((FINDINGS, "standard result reason at"), (INSIDE, "by")),
    "Snapshot": _of((INSIDE, f"{NAMES} title as_of kept_at")),
    "SnapshotTable": _of((INSIDE, "name content_hash rows rows_rejected breaches")),
    "Run": _of((INSIDE, f"{NAMES} engagement audit_body snapshot code version procedure_hash parameters population "
                "clean_rows not_testable exceptions bodies reason result_hash seconds ran_at lookback_of origin "
                "handover question")),
    "ExceptionRow": _of((INSIDE, "id identity body_code amount key fields baseline_remedied sifting across told")),
    "Exclusion": _of((INSIDE, f"{NAMES} audit_body code identity content_hash reason expires_on set_by")),
    "Check": _of(
        (FINDINGS, f"{NAMES} finding audit_body proposal conclusion gaps cleared partly still unproven new checked_at "
         "opened"),
        (INSIDE, "snapshot run reason decided_by"),
    ),
    "CheckVerdict": _of((INSIDE, "item verdict remedied trace reason")),
    "Enclosure": _of((_whoever(KINDS["referral"].roles), "id name sha256 sm3 size")),
    "TaskNote": _of((_whoever(KINDS["task"].roles), "text at"), (INSIDE, "by")),
    "InstructionFinding": _of((_whoever(KINDS["instruction"].roles), "finding")),
    "Checkpoint": _of((ALL, "size note signed_at")),
    "Job": _of(
        (INSIDE | _whoever({Role.ADMINISTRATOR}), "what step done total cancel_asked_at"), (INSIDE, "by"),
    ),
    "Token": _of((OWNERS, f"{NAMES} label scope created_at expires_at")),
}  # fmt: skip
_BESIDE_DETAILS: Mapping[str, Mapping[str, Readers]] = {  # columns of the kinds that their pages do not show
    "referral": _of((INSIDE, "audit_body finding drafter approver")),
    "joint": _of((INSIDE, "ordered")),
}

_LOG = "entries are disclosed by the proof bundle, part by part"
_KEYS = "keys of the database say nothing outside"
KEPT_BACK: Mapping[str, Mapping[str, str]] = {
    "*": {"id": _KEYS},
    "Account": dict.fromkeys(("password", "state", "seq"), "access is the administrator's affair"),
    "Body": {"path": "follows from the parents"},
    "Finding": dict.fromkeys(("source_key", "source_digest"), "how an import recognises its rows"),
    "Import": {"*": "is shown by the command that imports"},
    "Report": {"*": "is handed out by the command that compiles"},
    "Token": dict.fromkeys(("owner", "digest"), "is a secret, or its owner's own name"),
    "ExceptionRow": {"run": "stands in the address", "item": "leads to a finding by its own list"},
    "Exclusion": {"row": "stands in the run"},
    "CheckVerdict": {"check_of": "stands in the address"},
    "SnapshotTable": {"snapshot": "stands in the address"},
    "Enclosure": {"referral": "stands in the address", "by": "is the other body's affair"},
    "TaskNote": {"task": "stands in the address"},
    "InstructionFinding": {"instruction": "stands in the address"},
    "Checkpoint": {"root": "stands in the note"},
    **{
        key: {"finding": "stands in the address", "submission": "stands around it"}
        for key in ("Item", "Duty", "PriorReference", "CorrectiveAction", "Evidence", "Verification")
    },
    "Submission": {"finding": "stands in the address"},
    "Job": {"task": "is the row of the queue", "error": "is explained on the page of the job"},
    "SnapshotPart": {"*": "is shown by the command that joins data"},
    **{key: {"*": "has pages of its own"} for key in ("Inquiry", "InquiryRow", "InquiryFile")},
    **{key: {"*": "is the person's own setting, or its carrying out"} for key in ("Subscription", "Delivery")},
    "Worker": {"*": "is the machine's affair"},
    **{key: {"submission": "stands around it"} for key in ("Outcome", "ItemClaim")},
    **{key: {"*": _LOG} for key in ("Event", "LogState", "Tile", "Payload", "Counter")},
    **{key: {"*": "is bookkeeping of the interface"} for key in ("TokenUse", "GivenAnswer")},
}


def _around() -> dict[str, dict[str, Readers]]:
    """Return the fields of the kinds of record around findings: what their pages show."""
    models_of = {getattr(model, "kind", ""): model for model in apps.get_app_config("ledger").get_models()}
    return {
        models_of[kind.name].__name__: {
            **dict.fromkeys((*NAMES.split(), *kind.details), _whoever(kind.roles)),
            "audit_body": _whoever(kind.roles & AUDIT),
            **_BESIDE_DETAILS.get(kind.name, {}),
        }
        for kind in KINDS.values()
    }


FIELDS: Mapping[str, Mapping[str, Readers]] = {**_WRITTEN, **_around()}
IN_FULL: Readers = INSIDE | _whoever({Role.LIAISON})  # who must act on single persons
PERSONAL: frozenset[tuple[str, str]] = frozenset(
    (model, name) for model in ("Item", "ExceptionRow") for name in ("key", "fields")
)


def columns(model: type[models.Model]) -> list[models.Field[object, object]]:
    """Return the columns of a model that the map names, in their order."""
    named = FIELDS.get(model.__name__, {})
    return [field for field in model._meta.concrete_fields if field.name in named]


def readable(model: type[models.Model], role: Role, relation: Relation) -> Iterable[models.Field[object, object]]:
    """Return the columns of a record that somebody in this role and relation may read."""
    named = FIELDS.get(model.__name__, {})
    return (field for field in columns(model) if (role, relation) in named[field.name])


def undecided(model: type[models.Model]) -> list[str]:
    """Return the columns of which neither the map nor `KEPT_BACK` says anything."""
    back = {**KEPT_BACK["*"], **KEPT_BACK.get(model.__name__, {})}
    named = FIELDS.get(model.__name__, {})
    every = [field.name for field in model._meta.concrete_fields]
    return [] if "*" in back else [name for name in every if name not in named and name not in back]
