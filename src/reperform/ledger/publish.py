"""Sign the log's state: the ledger's side of a checkpoint.

Rules kept here:

* The signer has its own key and its own memory of what it signed (`log.signer`); the ledger only proposes a size, a
  root and the proof that the new tree begins with the old one.
* A size that was signed already gives the same checkpoint again.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.apps import apps
from django.conf import settings
from django.db import transaction

from reperform.ledger.guard import open_door
from reperform.ledger.models import Checkpoint, Event, LogState, Subject, Tile
from reperform.log import checkpoint as signed
from reperform.log import entry
from reperform.log.proof import consistency
from reperform.log.signer import Signer
from reperform.log.tree import WIDTH, Frontier


def subjects() -> list[type[Subject]]:
    """Return every model whose rows take steps, in the order of their kinds."""
    found = [model for model in apps.get_models() if issubclass(model, Subject)]
    return sorted(found, key=lambda model: model.kind)


def signer() -> Signer:
    """Return the signer of this folder's log."""
    return Signer(settings.HOME.keys)


def read_tile(level: int, n: int, width: int) -> bytes:
    """Return the first `width` hashes of a tile; level 0 is read from the entries."""
    if level:
        return bytes(Tile.objects.get(level=level, n=n).hashes)[: width * 32]
    leaves = Event.objects.filter(idx__gte=n * WIDTH, idx__lt=n * WIDTH + width).order_by("idx")
    return b"".join(entry.leaf_hash(bytes(leaf)) for leaf in leaves.values_list("leaf", flat=True))


def checkpoint(*, at: datetime) -> Checkpoint:
    """Sign the log as it stands now and keep the note."""
    with transaction.atomic(), open_door():
        state, _new = LogState.objects.select_for_update().get_or_create(pk=1)
        known = Checkpoint.objects.filter(size=state.size).first()
        if known:
            return known
        key = signer()
        root = Frontier.from_bytes(state.size, bytes(state.frontier)).root()
        proof = consistency(key.size, state.size, read_tile) if key.size <= state.size else ()
        note = key.sign(signed.Checkpoint(key.origin, state.size, root), proof)
        return Checkpoint.objects.create(size=state.size, root=root, note=note, signed_at=at)


def latest() -> Checkpoint | None:
    """Return the last signed checkpoint."""
    return Checkpoint.objects.order_by("-size").first()


def standings() -> Iterator[dict[str, object]]:
    """Yield name, state and version of every subject as the rows hold them, for the comparison with the replay."""
    for model in subjects():
        for number, state, seq in (
            model._default_manager.order_by("number").values_list("number", "state", "seq").iterator()
        ):
            yield {"subject": f"{model.kind}:{number}", "state": state, "seq": seq}
