"""How measures, outcomes, money and item lists are written on a command line, and read from there.

Rules kept here:

* Money is written in yuan and read exactly, by decimal arithmetic: `12.50`, `1,234`, `3.5万元`; kept as integer fen.
* A measure is `kind:text`, `kind:text@2026-08-31` or `kind:text#standard@2026-08-31`; money put right is
  `class=amount` or `class=amount@voucher`; a rule established is `title` or `title#number`; a person held accountable
  is `name` or `name=sanction`; a service improved is `title=before->after unit`; people paid are `title=number@yuan`;
  a file of evidence is a path, `voucher=path` where its kind matters.
* Items are named by their position as a list shows it: `1,3,7-9`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from reperform.cli.session import parse_date
from reperform.errors import N_, Usage
from reperform.rules.figures import fen_of
from reperform.rules.outcomes import MoneyClass, OutcomeKind, Sanction

if TYPE_CHECKING:
    from reperform.ledger.models.rectifying import EvidenceKind
    from reperform.rectify.actions import Attachment, Measure, Result

EVIDENCE_LIMIT = 200 << 20
_DATED = re.compile(r"(?P<text>.*)@(?P<on>\d{4}-\d{2}-\d{2})")
_MEASURED = re.compile(r"(?P<title>[^=]+)=(?P<before>.+?)->(?P<after>\S+)(?P<unit> .+)?")
_SPAN = re.compile(r"(\d+)(?:-(\d+))?")


def fen(text: str) -> int:
    """Read an amount of money as integer fen."""
    amount = fen_of(text)
    if amount is None:
        raise Usage(
            N_("{value} is not an amount of money."), hint=N_("Write yuan, such as 12.50 or 3.5万元."), value=text
        )
    return amount


def measures(written: Sequence[str]) -> list[Measure]:
    """Read the measures of a plan."""
    from reperform.ledger.models.rectifying import ActionKind
    from reperform.rectify.actions import Measure

    found = []
    for one in written:
        kind, colon, text = one.partition(":")
        if not colon or kind not in ActionKind.values:
            raise Usage(
                N_("{value} is not a measure."), hint=N_("Write it as immediate:text or mechanism:text@2026-08-31."),
                value=one,
            )  # fmt: skip
        dated = _DATED.fullmatch(text)
        text, due = (dated["text"], parse_date(dated["on"])) if dated else (text, None)
        text, _hash, standard = text.partition("#")
        found.append(Measure(kind, text, due, standard=standard))
    return found


def outcomes(
    money: Sequence[str], rules: Sequence[str], people: Sequence[str], services: Sequence[str] = (),
    paid: Sequence[str] = (),
) -> list[Result]:  # fmt: skip
    """Read what a submission claims: money by class, rules, people held accountable, services, people paid."""
    from reperform.rectify.actions import Result

    found = []
    for one in money:
        name, equals, amount = one.partition("=")
        if not equals or name not in set(MoneyClass):
            raise Usage(
                N_("{value} is not money put right."), hint=N_("Write it as class=amount; the classes are: {classes}."),
                value=one, classes=", ".join(MoneyClass),
            )  # fmt: skip
        amount, _at, voucher = amount.partition("@")
        found.append(Result(OutcomeKind.MONEY, name, fen(amount), reference=voucher))
    for one in rules:
        title, _hash, number = one.partition("#")
        found.append(Result(OutcomeKind.RULE, title=title, reference=number))
    return [*found, *map(_person, people), *map(_service, services), *map(_paid, paid)]


def _person(written: str) -> Result:
    from reperform.rectify.actions import Result

    name, equals, sanction = written.partition("=")
    if equals and sanction not in set(Sanction):
        raise Usage(
            N_("{value} is not a sanction."), hint=N_("Known: {known}."), value=sanction, known=", ".join(Sanction)
        )
    return Result(OutcomeKind.PERSON, title=name, sanction=sanction)


def _service(written: str) -> Result:
    from reperform.rectify.actions import Result

    measured = _MEASURED.fullmatch(written)
    if measured is None:
        raise Usage(
            N_("{value} is not a service improved."), hint=N_("Write it as title=before->after unit."), value=written
        )
    title, before, after, unit = (str(text or "").strip() for text in measured.groups())
    return Result(OutcomeKind.SERVICE, title=title, before=before, after=after, unit=unit)


def _paid(written: str) -> Result:
    from reperform.rectify.actions import Result

    title, _equals, number = written.partition("=")
    count, at, amount = number.partition("@")
    if not title or not count.isdecimal() or not int(count):
        raise Usage(N_("{value} is not people paid."), hint=N_("Write it as title=number@yuan."), value=written)
    return Result(OutcomeKind.PAID, title=title, count=int(count), amount=fen(amount) if at else None)


def attachments(written: Sequence[str]) -> list[Attachment]:
    """Keep the files of evidence and return what a submission attaches."""
    from django.conf import settings

    from reperform.ledger.models.rectifying import EvidenceKind
    from reperform.ledger.vault import CHUNK, Vault
    from reperform.rectify.actions import Attachment

    vault, found = Vault(settings.HOME.evidence), []
    for one in written:
        kind, path = _kind_and_path(one, {word.value: word for word in EvidenceKind})
        with path.open("rb") as file:
            digest = vault.keep(iter(lambda file=file: file.read(CHUNK), b""), name=path.name, limit=EVIDENCE_LIMIT)  # type: ignore[misc]
        found.append(Attachment(digest, path.name, kind or EvidenceKind.OTHER))
    return found


def _kind_and_path(written: str, kinds: dict[str, EvidenceKind]) -> tuple[EvidenceKind | None, Path]:
    word, equals, path = written.partition("=")
    return (kinds[word], Path(path)) if equals and word in kinds else (None, Path(written))


def positions(written: str) -> set[int]:
    """Read a list of positions such as 1,3,7-9."""
    found: set[int] = set()
    for part in written.split(","):
        span = _SPAN.fullmatch(part.strip())
        if span is None:
            raise Usage(N_("{value} is not a list of items."), hint=N_("Write it as 1,3,7-9."), value=written)
        first, last = int(span[1]), int(span[2] or span[1])
        if last - first > 1_000_000:
            raise Usage(N_("{value} names too many items."), value=written)
        found.update(range(first, last + 1))
    return found
