"""The report on rectification to the standing committee, in the layout of Guangzhou, and its English equivalent.

Rules kept here:

* Title, sub-line, salutation, preamble; organisation and results; by audit topic; what is not yet done, why, and the
  next steps; an annex for each unit with one paragraph a problem (对“…”的整改 / 已整改。…); an annex with every query.
* Every number comes from a figure (`wording.yaml` can name nothing else) and links to its query in the second annex.
* What is unknown is said: no reason given, nothing submitted, no look-back. Claimed and proved stand apart.
* The text depends on the rows and on the date alone, so the same rows give the same file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from pathlib import Path

from reperform.home import Bureau
from reperform.papers.documents import Paper
from reperform.papers.wording import Piece, Voice, sentences
from reperform.papers.words import printed_date, say
from reperform.report import charts
from reperform.report.figures import Answer, Scope, cell_text, column_title, common, compute
from reperform.report.queries import Line, Result, body_name, issued, lines

LARGEST = 3  # problems named for each topic; all of them stand in the first annex
ROWS = "findings.rows"
WORDING = Path(__file__).with_name("wording.yaml")
_CHINESE = "〇一二三四五六七八九"


@dataclass(frozen=True)
class Sitting:
    """Where and when the report is delivered, and by whom, in the words to be printed."""

    assembly: str
    held_on: date
    speaker: str = ""


@dataclass(frozen=True)
class Composed:
    """The finished document, its title, and the figures that stand in it."""

    title: str
    document: bytes
    answers: Mapping[str, Answer]


def compose(
    scope: Scope, *, bureau: Bureau, language: str, budget_year: int, sitting: Sitting | None = None
) -> Composed:
    """Return the report of a scope as of its date."""
    answers = compute(scope)
    voice = Voice(language, sentences(WORDING), answers)
    title = voice.text("title", budget_year=budget_year)
    writer = _Writer(
        scope,
        voice,
        answers,
        Paper(language, title=title, as_of=scope.as_of),
        list(lines(issued(scope), as_of=scope.as_of)),
    )
    writer.head(title, bureau, sitting, budget_year)
    writer.part_one()
    writer.part_two()
    writer.part_three()
    writer.annex_one()
    writer.annex_two()
    used = {code: answers[code] for code in answers if code in writer.used}
    return Composed(title, writer.paper.to_bytes(), used)


def numeral(number: int) -> str:
    """Return a number below a hundred in Chinese, as headings count: 十二."""
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else "十" if tens == 1 else f"{_CHINESE[tens]}十"
    return head + (_CHINESE[ones] if ones or not tens else "")


class _Writer:
    """The report while it is written: what has been used must be explained in the last annex."""

    def __init__(
        self, scope: Scope, voice: Voice, answers: Mapping[str, Answer], paper: Paper, found: Sequence[Line]
    ) -> None:
        self.scope, self.voice, self.answers, self.paper, self.found = scope, voice, answers, paper, found
        self.used: set[str] = set()
        self.names = {line.finding.responsible.number: body_name(line.finding.responsible, voice.language)
                      for line in found if line.finding.responsible}  # fmt: skip
        self.as_of = printed_date(scope.as_of, voice.language)
        self._pictures = 0

    def say(self, name: str, style: str = "Normal", *, row: str = "", **given: object) -> None:
        self.add(self.voice.pieces(name, row=row, as_of=self.as_of, **given), style)

    def add(self, pieces: Sequence[Piece], style: str = "Normal") -> None:
        self.used.update(piece.figure for piece in pieces if piece.figure)
        self.paper.add(pieces, style)

    def place(self, number: int) -> str:
        return numeral(number) if self.voice.language == "zh" and number < 100 else str(number)

    def picture(self, name: str, chart: charts.Chart, *codes: str) -> None:
        self._pictures += 1
        self.used.update(codes)
        self.paper.picture(charts.png(chart), self.voice.text(name, place=self._pictures), chart.sentence)

    def head(self, title: str, bureau: Bureau, sitting: Sitting | None, budget_year: int) -> None:
        self.paper.add(title, "Title")
        if sitting is None:
            self.say("unsitting", "Subtitle")
            self.paper.add(bureau.name_en if self.voice.language == "en" else bureau.name_zh, "Subtitle")
        else:
            held_on = printed_date(sitting.held_on, self.voice.language)
            self.say("sitting", "Subtitle", held_on=held_on, assembly=sitting.assembly)
            if sitting.speaker:
                self.paper.add(sitting.speaker, "Subtitle")
        self.paper.add("")
        self.say("salutation", "Salutation")
        self.say("preamble", budget_year=budget_year)
        self.say("preamble_found")

    def part_one(self) -> None:
        answers, language = self.answers, self.voice.language
        self.say("part_one", "Heading 1")
        self.say("organisation_head", "Heading 2")
        self.say("organisation")
        self.say("results_head", "Heading 2")
        for name in ("results_count", "results_money", "results_other"):
            self.say(name)
        if self.found:
            self.picture("chart_term", charts.progress(answers["findings.by_term"], language), "findings.by_term")
            codes = ("money.found", "money.ordered", "money.claimed", "money.proved")
            self.picture("chart_money", charts.money(answers, language), *codes)
        self.say("lookback_head", "Heading 2")
        if not answers["lookback.findings"].number():
            self.say("lookback_none")
            return
        for name in ("lookback_count", "lookback_items"):
            self.say(name)
        if answers["findings.relapsed"].number() or answers["findings.reopened"].number():
            self.say("lookback_relapsed")
        self.picture("chart_verdicts", charts.verdicts(answers["items.by_verdict"], language), "items.by_verdict")

    def part_two(self) -> None:
        answer = self.answers["findings.by_topic"]
        self.say("part_two", "Heading 1")
        if not answer.rows:
            self.say("no_findings")
            return
        for place, row in enumerate(answer.rows, 1):
            topic = str(row["topic"])
            self.say("topic_head", "Heading 2", place=self.place(place), topic=say("topic", topic, self.voice.language))
            self.say("topic", row=topic)
            self._largest([line for line in self.found if line.finding.category == topic])
        self.picture("chart_topic", charts.progress(answer, self.voice.language), "findings.by_topic")

    def _largest(self, of_topic: Sequence[Line]) -> None:
        ordered = sorted(
            (line for line in of_topic if line.finding.amount), key=lambda line: -(line.finding.amount or 0)
        )
        if not ordered:
            return
        pieces = self.voice.pieces("topic_largest")
        for place, line in enumerate(ordered[:LARGEST]):
            separator = "；" if self.voice.language == "zh" else "; "
            pieces += [Piece(separator if place else ""), *self.voice.pieces("largest", **self._named(line))]
        self.add([*pieces, Piece("。" if self.voice.language == "zh" else ".")])

    def _named(self, line: Line) -> dict[str, str]:
        unit = body_name(line.finding.responsible, self.voice.language) or self.voice.text("no_unit")
        return {"unit": unit, "problem": line.finding.title, "result": say("result", line.result, self.voice.language)}

    def part_three(self) -> None:
        answers = self.answers
        self.say("part_three", "Heading 1")
        unfinished = [line for line in self.found if line.result is not Result.DONE]
        if not unfinished:
            self.say("open_none")
        else:
            self.say("open_count")
            self.say("open_head", "Heading 2")
            for place, line in enumerate(unfinished, 1):
                self._unfinished(place, line)
            self.say("next_head", "Heading 2")
        if answers["findings.overdue"].number():
            self.say("next_overdue")
        if answers["items.by_verdict"].number("items", "unproven") + answers["items.by_verdict"].number(
            "items", "still"
        ):
            self.say("next_unproven")
        self.say("next_all")
        self.say("ending")

    def _unfinished(self, place: int, line: Line) -> None:
        why = line.claim.unfinished if line.claim else ""
        separator = "；" if self.voice.language == "zh" else "; "
        planned = separator.join(_bare(text) for text in line.measures)
        self.say(
            "open_one", place=place, due=self._day(line.finding.due_on), **self._named(line),
            reason=self.voice.text("reason", text=_bare(why)) if why else self.voice.text("reason_none"),
            measures=self.voice.text("measures", text=planned) if planned else self.voice.text("measures_none"),
        )  # fmt: skip

    def _day(self, day: date | None) -> str:
        return printed_date(day, self.voice.language) if day else "—"

    def annex_one(self) -> None:
        self.paper.annex(self.voice.text("annex_one"), self.voice.text("annex_one_title"))
        by_unit = sorted(
            self.found, key=lambda line: line.finding.responsible.number if line.finding.responsible else ""
        )
        groups = groupby(by_unit, key=lambda line: line.finding.responsible)
        for place, (unit, members) in enumerate(groups, 1):
            name = body_name(unit, self.voice.language) or self.voice.text("no_unit")
            self.say("unit_head", "Heading 1", place=self.place(place), unit=name)
            if unit:
                self.say("unit", row=unit.number)
            for number, line in enumerate(members, 1):
                self.say("problem_head", "Heading 2", place=self.place(number), problem=line.finding.title)
                self.add(list(self._problem(line)))

    def _problem(self, line: Line) -> Iterator[Piece]:
        """Return what the annex says of one problem: the result, what was done, where it stands, and its amounts."""
        voice, finding, claim = self.voice, line.finding, line.claim
        result = say("result", line.result, voice.language)
        text = _bare(claim.text) + ("。" if voice.language == "zh" else ".") if claim else voice.text("problem_silent")
        yield from voice.pieces("problem_done", result=result, text=text)
        if claim and claim.unfinished and line.result is not Result.DONE:
            yield from voice.pieces("problem_unfinished", text=_bare(claim.unfinished))
        if line.closed_on:
            yield from voice.pieces("problem_closed", closed_on=self._day(line.closed_on))
        elif finding.due_on:
            late = line.result is Result.NOT_DONE
            yield from voice.pieces("problem_late" if late else "problem_due", due=self._day(finding.due_on))
        if line.proof:
            conclusion = say("conclusion", line.proof.conclusion, voice.language)
            yield from voice.pieces("problem_checked", conclusion=conclusion)
        if finding.relapse_of:
            yield from voice.pieces("problem_relapse", number=finding.relapse_of.number)
        yield from voice.pieces("problem_money", row=finding.number, number=finding.number)

    def annex_two(self) -> None:
        self.paper.annex(self.voice.text("annex_two"), self.voice.text("annex_two_title"))
        parameters = ", ".join(f":{name} = {value}" for name, value in self.scope.parameters().items())
        self.say("queries_intro", parameters=parameters)
        self.say("common_head", "Heading 1")
        self.say("common_intro")
        used = [answer for code, answer in self.answers.items() if code in self.used]
        wanted = {name for answer in used for name in answer.figure.uses}
        for name, one in common().items():
            if name in wanted:
                self.paper.target(name, f"{name}　{one.title[self.voice.language]}")
                self.paper.query(one.sql)
        self.say("figures_head", "Heading 1")
        for answer in used:
            self._explain(answer)

    def _explain(self, answer: Answer) -> None:
        figure, language = answer.figure, self.voice.language
        value = (
            "" if figure.label else f"：{answer.text(language)}" if language == "zh" else f": {answer.text(language)}"
        )
        self.paper.target(figure.code, f"{figure.code}　{figure.title[language]}{value}")
        if figure.code == ROWS:
            self.say("rows_elsewhere", "Cell")
        elif figure.label and answer.rows:
            head = [column_title(column, language) for column in figure.columns]
            rows = [[cell_text(row, column, language, self.names) for column in figure.columns] for row in answer.rows]
            self.paper.table(head, rows, numbers=[not column.words for column in figure.columns])
        self.say("figure_with", "Cell", names=", ".join(figure.uses))
        self.paper.query(figure.own)


def _bare(text: str) -> str:
    """Return a text without the stop at its end, for putting it into a sentence that has its own."""
    return text.strip().rstrip("。.；; ")
