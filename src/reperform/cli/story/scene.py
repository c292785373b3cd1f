"""Where the story plays, who is in it, what is said, and what time it is.

Rules kept here:

* The clock of the story only moves forward, a minute a step, and jumps to the mornings that the story names: the same
  city gives the same steps at the same moments. The clock of the machine only measures how long the telling takes.
* What is written into the ledger is in the language of the call; the words stand in `script.yaml`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reperform.cli.progress import Report
from reperform.cli.session import Session

if TYPE_CHECKING:
    from reperform.ledger.models import Account, Body

SCRIPT = Path(__file__).with_name("script.yaml")
MORNING = time(9, 0)


@dataclass
class Clock:
    """The clock of the story."""

    now: datetime = datetime(1970, 1, 1, tzinfo=UTC)

    def tick(self) -> datetime:
        """Return the next minute."""
        self.now += timedelta(minutes=1)
        return self.now

    def morning_of(self, day: date, call: Session) -> None:
        """Go to nine o'clock of a day, unless it is later already."""
        self.now = max(self.now, datetime.combine(day, MORNING, call.time_zone).astimezone(UTC))


@dataclass
class Scene:
    """The folder of the story, the call that tells it, and the people once they are enrolled."""

    folder: Path
    call: Session
    report: Report
    clock: Clock = field(default_factory=Clock)
    people: dict[str, Account] = field(default_factory=dict)
    bodies: dict[str, Body] = field(default_factory=dict)
    liaisons: dict[str, Account] = field(default_factory=dict)

    @property
    def city(self) -> Path:
        return self.folder / "city"

    @property
    def papers(self) -> Path:
        """Where units keep the papers that they hand in."""
        return self.folder / "papers"

    @cached_property
    def script(self) -> Mapping[str, Any]:
        import yaml

        found: Mapping[str, Any] = yaml.safe_load(SCRIPT.read_text(encoding="utf-8"))
        return found

    def words(self, *path: str, **values: object) -> str:
        """Return a text of the script in the language of the call."""
        found: Any = self.script
        for name in path:
            found = found[name]
        return str(found["en" if self.call.language == "en" else "zh"]).format(**values)

    def on(self, day: date) -> None:
        """Let the story go on, on the morning of a day."""
        self.clock.morning_of(day, self.call)

    def next(self) -> datetime:
        """Return the moment of the next step."""
        return self.clock.tick()
