"""Sentences for what happened: a refusal with its rule, an error with its place, an entry of the log.

The layers below keep English templates and named parts; here they become one sentence in the reader's language,
with the words that people use for steps, states and roles in place of the words that the rules use.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reperform.errors import BadInput, Refused, ReperformError
from reperform.rules.figures import wan_yuan
from reperform.web import words


@dataclass(frozen=True)
class Explained:
    """An error as a page shows it: what happened, what to do, which rule, where."""

    sentence: str
    hint: str = ""
    rule: str = ""
    place: str = ""
    value: str = ""


def explain(error: ReperformError) -> Explained:
    """Return an error in the reader's language."""
    shown = {name: _in_words(name, value) for name, value in error.params.items()}
    sentence = _(error.message).format(**shown)
    hint = _(error.hint).format(**shown) if error.hint else ""
    if isinstance(error, Refused):
        return Explained(sentence, hint, rule=error.rule)
    if isinstance(error, BadInput):
        return Explained(sentence, hint, rule=error.rule, place=str(error.place), value=error.value)
    return Explained(sentence, hint)


def _in_words(name: str, value: object) -> object:
    if name == "step" and isinstance(value, str):
        return words.word(words.STEPS, value.rpartition(".")[2])
    if name == "state" and isinstance(value, str):
        return words.state(value).label
    if name == "role" and isinstance(value, str):
        return words.word(words.ROLES, value)
    return value


def told(type_: str, facts: Mapping[str, Any]) -> str:
    """Return one sentence for an entry of the log."""
    teller = _TELLERS.get(type_)
    return teller(facts) if teller else type_


def _drafted(facts: Mapping[str, Any]) -> str:
    count = facts.get("items")
    if not count:
        return _("Draft written")
    return ngettext(
        "Drafted from %(count)d confirmed exception", "Drafted from %(count)d confirmed exceptions", count
    ) % {"count": count}


def _issued(facts: Mapping[str, Any]) -> str:
    return _("Issued, to be put right by %(due)s") % {"due": facts.get("due", "—")}


def _assigned(facts: Mapping[str, Any]) -> str:
    return _("Named who carries it at %(body)s") % {"body": facts.get("body", "—")}


def _planned(facts: Mapping[str, Any]) -> str:
    count = int(facts.get("actions", 0))
    return ngettext("%(count)d measure planned", "%(count)d measures planned", count) % {"count": count}


def _submitted(facts: Mapping[str, Any]) -> str:
    return _("Version %(version)s submitted, claims %(done)s (10,000 yuan), %(files)s files") % {
        "version": facts.get("version", "?"),
        "done": wan_yuan(facts.get("done")),
        "files": facts.get("evidence", 0),
    }


def _claimed(facts: Mapping[str, Any]) -> str:
    count = int(facts.get("items", 0))
    return ngettext(
        "The unit said of %(count)d item what it did", "The unit said of %(count)d items what it did", count
    ) % {"count": count}


def _judged(facts: Mapping[str, Any]) -> str:
    count = int(facts.get("items", 0))
    return ngettext(
        "%(count)d item judged, %(cleared)s cleared", "%(count)d items judged, %(cleared)s cleared", count
    ) % {"count": count, "cleared": facts.get("cleared", 0)}


def _proposed(facts: Mapping[str, Any]) -> str:
    return _(
        "Reperformed on newer data: cleared %(cleared)s, partly %(partly)s, still there %(still)s, "
        "unproven %(unproven)s; new %(new)s"
    ) % {name: facts.get(name, 0) for name in ("cleared", "partly", "still", "unproven", "new")}


def _suspended(facts: Mapping[str, Any]) -> str:
    return _("Reperformed, but the data are incomplete: inconclusive, %(gaps)s gaps") % {"gaps": facts.get("gaps", "?")}


def _decided(facts: Mapping[str, Any]) -> str:
    chip = words.CONCLUSIONS.get(str(facts.get("conclusion", "")))
    return _("Look-back concluded: %(conclusion)s") % {"conclusion": chip.label if chip else "—"}


def _run(facts: Mapping[str, Any]) -> str:
    return _("%(procedure)s run: %(exceptions)s exceptions among %(population)s examined") % {
        "procedure": facts.get("procedure", "—"),
        "exceptions": f"{int(facts.get('exceptions', 0)):,}",
        "population": f"{int(facts.get('population', 0)):,}",
    }


def _responded(facts: Mapping[str, Any]) -> str:
    labels = {"agree": _("agrees"), "partly": _("agrees in part"), "disagree": _("disagrees")}
    return _("The unit %(answer)s") % {"answer": labels.get(str(facts.get("response", "")), "—")}


_TELLERS = {
    "finding.draft": _drafted,
    "finding.revise": lambda _facts: _("Draft edited"),
    "finding.discard": lambda _facts: _("Draft discarded"),
    "finding.issue": _issued,
    "finding.assign": _assigned,
    "finding.plan": _planned,
    "finding.submit": _submitted,
    "finding.progress": lambda facts: (
        _("Measure %(measure)s done on %(day)s, as the unit says")
        % {"measure": facts.get("measure", "—"), "day": facts.get("done_on", "—")}
    ),
    "finding.claim": _claimed,
    "finding.judge": _judged,
    "finding.return": lambda _facts: _("Returned for more, with the reason"),
    "finding.accept": lambda _facts: _("Result accepted; a second person strikes off"),
    "finding.close": lambda _facts: _("Struck off"),
    "finding.confirm": lambda _facts: _("Look-back noted: it held"),
    "finding.relapse": lambda _facts: _("Look-back noted: it came back"),
    "finding.respond": _responded,
    "finding.delegate": lambda facts: (
        _("Handling handed down to %(body)s until %(day)s")
        % {"body": facts.get("delegate", "—"), "day": facts.get("delegate_until", "—")}
    ),
    "finding.recall": lambda _facts: _("Handling taken back"),
    "finding.extend": lambda facts: (
        _("Time limit extended to %(due)s (%(number)s)")
        % {"due": facts.get("due", "—"), "number": facts.get("extension", "—")}
    ),
    "finding.supervise": lambda facts: (
        _("Supervision: %(method)s") % {"method": words.word(words.SUPERVISIONS, str(facts.get("supervision", "")))}
    ),
    "finding.dispute": lambda _facts: _("Disputed; the clock stands until the ruling"),
    "finding.withdraw": lambda _facts: _("Dispute withdrawn"),
    "finding.uphold": lambda facts: (
        _("Ruling %(paper)s: the finding stands, due %(due)s")
        % {"paper": facts.get("paper", "—"), "due": facts.get("due", "—")}
    ),
    "finding.annul": lambda facts: _("Ruling %(paper)s: the finding falls") % {"paper": facts.get("paper", "—")},
    "finding.set_aside": lambda facts: _("Ended without a remedy (%(paper)s)") % {"paper": facts.get("paper", "—")},
    "check.propose": _proposed,
    "check.suspend": _suspended,
    "check.decide": _decided,
    "run.complete": _run,
}
AGAINST_THE_UNIT = frozenset({"finding.return", "finding.relapse"})
SET_BY_THE_AUDIT = frozenset({"finding.draft", "finding.issue", "finding.accept", "finding.close", "finding.confirm"})


def dot(type_: str, facts: Mapping[str, Any]) -> str:
    """Return the class of the dot on the time line: against the unit, set by the audit, or plain."""
    if type_ in AGAINST_THE_UNIT or facts.get("conclusion") in {"not_held", "relapsed"}:
        return "bad"
    return "key" if type_ in SET_BY_THE_AUDIT else ""
