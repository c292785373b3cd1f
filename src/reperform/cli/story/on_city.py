"""The story on the invented city, chapter by chapter."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from reperform.cli.city import found_by_procedure
from reperform.cli.story import ending, figures, looking_back, opening, rectifying, revealing
from reperform.cli.story.conduct import conducts
from reperform.cli.story.scene import Scene
from reperform.errors import N_

if TYPE_CHECKING:
    from reperform.city import City, Score
    from reperform.cli.story.rectifying import Cast
    from reperform.cli.story.revealing import Revealed
    from reperform.ledger.models import Check


def play(scene: Scene, *, scale: float, seed: int, started: float) -> figures.Figures:
    """Tell the story and return its figures."""
    from reperform.city import generate, score, truth

    city = generate(scene.city, scale=scale, seed=seed, progress=scene.report)
    scene.call.say(
        N_("Yunjiang, an invented city of {residents} residents, seed {seed}: {cases} planted cases in its registers."),
        residents=city.residents, seed=seed, cases=city.cases,
    )  # fmt: skip
    home = scene.call.home
    with ThreadPoolExecutor(max_workers=2) as pool:  # files are read while the story goes on
        try:
            before = revealing.Delivery(pool, home, city.before.files)
            after = revealing.Delivery(pool, home, city.after.files)
            thin = revealing.Delivery(pool, home, looking_back.broken_off(scene, city.after.files))
            bureau = {language: str(scene.script["bureau"][language]) for language in ("en", "zh")}
            opening.make_home(scene, origin=scene.script["origin"], names=bureau, prefix="YJ")
            opening.populate(scene, city)
            revealed = revealing.reveal(scene, before.tables(), city.before.as_of)
            scores = score(truth(city.folder), found_by_procedure())
            _tell_revealed(scene, city, revealed, scores)
            cast = _cast(revealed, city)
            rectifying.rectify(scene, cast)
            _tell_rectified(scene)
            checks = looking_back.look_back(scene, cast, thin.tables(), after.tables(), city.after.as_of)
        finally:
            pool.shutdown(cancel_futures=True)
    _tell_looked_back(scene, checks)
    told = ending.end(scene)
    ending.tell(scene, told)
    return figures.count(
        residents=city.residents, scores=scores, ending=told, home=scene.call.home.root,
        seconds=time.perf_counter() - started,
    )  # fmt: skip


def _cast(revealed: Revealed, city: City) -> Cast:
    from reperform.city import truth
    from reperform.cli.story.conduct import Conduct

    known = conducts(truth(city.folder))
    return [
        (finding, known.get((finding.code, finding.responsible.number if finding.responsible else ""), Conduct.HALF))
        for finding in sorted(revealed.findings, key=lambda one: one.number)
    ]


def _tell_revealed(scene: Scene, city: City, revealed: Revealed, scores: Sequence[Score]) -> None:
    scene.call.say(
        N_(
            "Reveal: {rows} rows in {tables} tables; {procedures} procedures examined {population} subjects and "
            "singled out {exceptions}."
        ),
        rows=sum(city.before.counts.values()),
        tables=len(city.before.counts),
        procedures=len(revealed.runs),
        population=sum(run.population for run in revealed.runs),
        exceptions=sum(run.exceptions for run in revealed.runs),
    )
    scene.call.say(
        N_(
            "{found} of {planted} planted problems were found, {false} besides; {excluded} were set aside with a "
            "reason."
        ),
        found=sum(one.found for one in scores),
        planted=sum(one.planted for one in scores),
        false=sum(one.false for one in scores),
        excluded=revealed.excluded,
    )
    scene.call.say(
        N_("{findings} findings were issued to {bodies} bodies."),
        findings=len(revealed.findings),
        bodies=len(scene.liaisons),
    )


def _tell_rectified(scene: Scene) -> None:
    from reperform.ledger.models import Finding, Submission, Verification

    results = Counter(Verification.objects.values_list("result", flat=True))
    scene.call.say(
        N_(
            "Rectify: three months, {versions} submissions; {returned} were returned, {closed} findings struck off on "
            "papers, {late} are overdue."
        ),
        versions=Submission.objects.count(), returned=results["returned"], closed=results["closed"],
        late=Finding.objects.filter(state__in=("issued", "rectifying", "returned"), due_on__lt=scene.clock.now).count(),
    )  # fmt: skip


def _tell_looked_back(scene: Scene, checks: Sequence[Check]) -> None:
    from reperform.ledger.models import Check as Row

    proposals = Counter(str(check.proposal) for check in checks)
    scene.call.say(
        N_(
            "Look back: the delivery that broke off said nothing ({inconclusive} inconclusive). The whole one: {held} "
            "held, {not_held} did not, {unproven} unproven, {relapsed} came back."
        ),
        inconclusive=Row.objects.filter(state="inconclusive").count(), held=proposals["held"],
        not_held=proposals["not_held"], unproven=proposals["unproven"], relapsed=proposals["relapsed"],
    )  # fmt: skip
