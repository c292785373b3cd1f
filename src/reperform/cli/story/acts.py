"""What units and verifiers do in the story: papers, submissions, returns, acceptances, striking off.

Each act is one call of the verb that the site calls, too.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from reperform.cli.story.opening import liaison
from reperform.cli.story.scene import Scene
from reperform.cli.written import EVIDENCE_LIMIT

if TYPE_CHECKING:
    from reperform.ledger.models import Account, Finding, Item
    from reperform.rectify.actions import Attachment, Result

SEEN = ("person", "matter", "object", "rule", "number", "effect")  # every point of the closing standard


@contextmanager
def one_day() -> Iterator[None]:
    """Let the steps of one day reach the disk together: nobody waits for the answer to each."""
    from django.db import transaction

    with transaction.atomic():
        yield


def plan(scene: Scene, finding: Finding, immediate: str, mechanism: str) -> None:
    """Answer a finding with one measure of each kind."""
    from reperform.rectify import actions

    measures = [
        actions.Measure("immediate", immediate, finding.due_on),
        actions.Measure("mechanism", mechanism, finding.due_on),
    ]
    actions.plan(finding, measures, by=who_answers(scene, finding), at=scene.next())


def submit(
    scene: Scene, finding: Finding, text: str, paper: Attachment, *, money: int = 0, rule: str = "", person: str = "",
    unfinished: str = "",
) -> None:  # fmt: skip
    """Hand in a version with its paper and what it claims."""
    from reperform.rectify import actions
    from reperform.rules.outcomes import OutcomeKind

    claims: list[Result] = []
    papers = [paper]
    if money and finding.money_class:
        claims.append(actions.Result(OutcomeKind.MONEY, finding.money_class, min(money, finding.ordered)))
    if rule:
        claims.append(actions.Result(OutcomeKind.RULE, title=rule, on=scene.clock.now.date()))
        papers.append(keep(scene, scene.words("paper", "rule", number=finding.number), rule, kind="rule"))
    if person:
        claims.append(actions.Result(OutcomeKind.PERSON, title=person))
        papers.append(keep(scene, scene.words("paper", "decision", number=finding.number), person, kind="approval"))
    actions.submit(
        finding, text=text, results=claims, attachments=papers, unfinished=unfinished,
        by=who_answers(scene, finding), at=scene.next(),
    )  # fmt: skip


def return_(scene: Scene, finding: Finding, reason: str) -> None:
    """Return a version to the unit."""
    from reperform.verify import actions

    actions.return_(finding, reason=reason, by=scene.people["auditor"], at=scene.next())


def judge(scene: Scene, finding: Finding) -> None:
    """Say of every item that its slip was seen."""
    from reperform.rules.outcomes import Verdict
    from reperform.verify import actions

    reason = scene.words("judged")
    opinions = {one.pk: actions.Opinion(Verdict.CLEARED, reason, one.amount, voucher(one)) for one in items_of(finding)}
    actions.judge(finding, opinions, by=scene.people["auditor"], at=scene.next())


def accept(scene: Scene, finding: Finding) -> None:
    """Accept a version."""
    from reperform.verify import actions

    actions.accept(finding, standard=SEEN, reason=scene.words("accepted"), by=scene.people["auditor"], at=scene.next())


def close(scene: Scene, finding: Finding) -> None:
    """Let a second person strike the finding off."""
    from reperform.verify import actions

    actions.close(finding, reason=scene.words("closed"), by=scene.people["reviewer"], at=scene.next())


def again(finding: Finding) -> Finding:
    """Return the finding as the ledger has it now."""
    from reperform.ledger.models import Finding as Row

    return Row.objects.select_related("responsible", "lead", "audit_body", "run__snapshot").get(pk=finding.pk)


def who_answers(scene: Scene, finding: Finding) -> Account:
    """Return the liaison of the body that must put it right."""
    assert finding.responsible is not None  # noqa: S101 - only findings that name who answers are issued
    return liaison(scene, finding.responsible)


def items_of(finding: Finding) -> list[Item]:
    """Return the items with their finding, in order."""
    return list(finding.items.select_related("finding").order_by("position"))


def total(items: Sequence[Item]) -> int:
    """Return the sum of the items in fen."""
    return sum(item.amount or 0 for item in items)


def voucher(item: Item) -> str:
    """Return the number of the slip that a unit writes for an item."""
    return f"JZ-{item.finding.number}-{item.position:03d}"


def slips(scene: Scene, finding: Finding, items: Sequence[Item]) -> Attachment:
    """Write a list of bank slips for items and keep it as evidence."""
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(scene.words("paper", "head").split(","))
    for item in items:
        yuan = f"{(item.amount or 0) // 100}.{(item.amount or 0) % 100:02d}"
        rows.writerow([item.position, " ".join(item.key.values()), yuan, voucher(item), scene.clock.now.date()])
    return keep(scene, scene.words("paper", "name", number=finding.number), text.getvalue(), kind="voucher")


def keep(scene: Scene, name: str, text: str, *, kind: str) -> Attachment:
    """Write a paper of a unit into its folder and keep it in the vault."""
    from django.conf import settings

    from reperform.ledger.models.rectifying import EvidenceKind
    from reperform.ledger.vault import Vault
    from reperform.rectify.actions import Attachment

    scene.papers.mkdir(exist_ok=True)
    content = text.encode("utf-8")
    (scene.papers / name).write_bytes(content)
    digest = Vault(settings.HOME.evidence).keep([content], name=name, limit=EVIDENCE_LIMIT)
    return Attachment(digest, name, EvidenceKind(kind))
