"""One call of the command: the options that every command takes, and how it speaks.

Rules kept here:

* Clock and identity enter here and nowhere below: `--at` or the clock, `--as` or the bureau's auditor.
* Words go to standard error and are left out with `--quiet`; an error is said all the same.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cached_property
from zoneinfo import ZoneInfo

import typer

from reperform.cli import language
from reperform.cli.answer import Answer, Said, error_as_json, error_in_lines, said
from reperform.errors import N_, ReperformError, Translate, Usage
from reperform.home import Home, find_home


@dataclass(frozen=True)
class Session:
    """The common options of one call."""

    home: Home = field(default_factory=lambda: find_home(None, os.environ))
    language_named: str = ""
    account: str = ""
    at: str = ""
    json: bool = False
    quiet: bool = False
    environment: Mapping[str, str] = field(default_factory=lambda: os.environ)

    @cached_property
    def language(self) -> str:
        """The language of this call."""
        asked = self.language_named or self.environment.get("REPERFORM_LANG", "")
        if asked:
            return language.named(asked)
        if self.home.made:
            return language.named(self.home.bureau().language)
        return language.of_terminal(self.environment)

    @cached_property
    def translate(self) -> Translate:
        return language.translator(self.language)

    def moment(self) -> datetime:
        """Return when the step is taken: `--at`, read in the bureau's time zone unless it names one, or now."""
        if not self.at:
            return datetime.now(UTC)
        try:
            moment = datetime.fromisoformat(self.at)
        except ValueError as error:
            raise Usage(
                N_("{value} is not a moment."), hint=N_("Write it as 2026-06-08 or 2026-06-08T14:30."), value=self.at
            ) from error
        local = moment if moment.tzinfo else moment.replace(tzinfo=self.time_zone)
        return local.astimezone(UTC)

    def today(self) -> date:
        """Return the bureau's date at that moment."""
        return self.moment().astimezone(self.time_zone).date()

    @cached_property
    def time_zone(self) -> ZoneInfo:
        return ZoneInfo(self.home.bureau().time_zone)

    def say(self, template: str, **values: object) -> None:
        """Say a sentence to the person at the terminal."""
        self.say_all([said(template, **values)])

    def say_all(self, sentences: list[Said]) -> None:
        if not self.quiet:
            for sentence in sentences:
                print(sentence.in_words(self.translate), file=sys.stderr, flush=True)

    def show(self, answer: Answer) -> None:
        """Print an answer: data to standard output, words to standard error."""
        self.say_all(list(answer.words))
        if self.json:
            print(answer.as_json(), flush=True)
        else:
            for line in answer.as_lines(self.translate):
                print(line)

    def show_error(self, error: ReperformError) -> None:
        """Print an error; with `--json` it is an object on standard output as well."""
        if self.json:
            print(error_as_json(error, self.translate), flush=True)
        for line in error_in_lines(error, self.translate):
            print(line, file=sys.stderr)


def session(ctx: typer.Context) -> Session:
    """Return the call's common options from a command's context."""
    found = ctx.find_root().obj
    assert isinstance(found, Session)  # noqa: S101 - tells the type checker what the root callback puts there
    return found


def parse_date(text: str) -> date:
    """Read a date of an option, written as 2026-06-08."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Usage(N_("{value} is not a date."), hint=N_("Write it as 2026-06-08."), value=text) from error
