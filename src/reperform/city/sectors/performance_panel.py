"""The panel of indicators and the unit cost of programmes.

Rules kept here:

* Values are thousandths. In ordinary life a value stays within eight percent of its target, its peers and its own last
  period. Three programmes in five pay exactly the common rate of their service, and as many pay less as pay more: the
  median of a service is its common rate, whatever a case adds.
* A case is a programme of its own, so that no case moves another one's bound.
* What is put right is a paper of correction, or money that came back. What is hidden is a row taken out, or a better
  figure in its place.
"""

from __future__ import annotations

import numpy as np

from reperform.city.bodies import DISTRICTS
from reperform.city.dates import DAY_BEFORE, FIRST, Ints, first_days
from reperform.city.history import numbers, papered
from reperform.city.layout import Format, Layout, money, month_of, named, numbered
from reperform.city.rows import ABSENT, IN_AFTER, IN_BEFORE, IN_BOTH, Columns, Rows, known_from
from reperform.city.sector import Desk
from reperform.city.town import Part, Town, month_text
from reperform.city.truth import Fate

from .cases import Book, Situation, innocent, near_miss, not_testable, planted

BODIES = (
    *("YJ-EDU", "YJ-SCI", "YJ-ENV", "YJ-HOU", "YJ-TRA", "YJ-WAT", "YJ-AGR", "YJ-URB"),
    *(f"{short}-AGR" for short, _, _ in DISTRICTS),
)
PANEL, COSTED = 300, 200
PERIODS = np.arange(FIRST, FIRST + 19, 3, dtype=np.int64)
"""Quarters: five are known at the first state, seven at the second."""
KNOWN_BEFORE = 5
INDICATORS = ("ZB-01", "ZB-02", "ZB-03", "ZB-04", "ZB-05", "ZB-06")
SERVED, SPENT, UNIT_PRICE, PER_HEAD, DELIVERED, WAITED = range(6)
DIMENSIONS = ("效果性", "经济性", "经济性", "效率性", "效率性", "效果性")
DIRECTIONS = ("正向", "反向", "反向", "正向", "正向", "反向")
BOUNDS = ("目标值", "目标值", "同类中位数", "同类中位数", "上期值", "上期值")
BASES = np.array([95_000, 400_000, 62_000, 18_500, 7_700, 14_200])
SERVICES = ("河道保洁", "公厕管护", "行道树养护", "路灯维护", "实验室检测", "空气监测")
RATES = np.array([180, 9_500, 4_200, 15_000, 32_000, 88_000, 30_000])
"""The common rate of a unit, in fen; the last is that of services that nobody else delivers."""
SINGLE = len(SERVICES)


class PanelDesk(Desk):
    """Writes indicators and costs."""

    def __init__(self, town: Town, part: Part) -> None:
        super().__init__(town, part, "performance panel")
        self.values = Rows("programme", "indicator", "month", "body", "target", "actual")
        self.costs = Rows("programme", "month", "body", "service", "outputs", "cost")

    def ordinary(self) -> None:
        """Write programmes of ordinary life."""
        rng, town = self.rng, self.town
        count, shown = town.share(PANEL, 60, self.part), len(INDICATORS)
        shape = (count, shown, len(PERIODS))
        base = np.broadcast_to(BASES[None, :shown, None], shape)
        actual = base * rng.integers(970, 1031, shape) // 1000
        number, body = numbers(town, "programme", count), rng.integers(0, len(BODIES), count)
        indicator = np.broadcast_to(np.arange(shown)[None, :, None], shape).ravel()
        month = np.broadcast_to(PERIODS[None, None, :], shape).ravel()
        self.values.block(
            programme=np.repeat(number, shown * len(PERIODS)),
            indicator=indicator,
            month=month,
            body=np.repeat(body, shown * len(PERIODS)),
            target=np.where(indicator <= SPENT, base.ravel(), ABSENT),
            actual=actual.ravel(),
            states=_states(month),
        )
        count = town.share(COSTED, 96, self.part)
        number, body = numbers(town, "programme", count), rng.integers(0, len(BODIES), count)
        service, turn = np.arange(count) % SINGLE, np.arange(count) // SINGLE % 5
        dearer = np.array([0, 0, 1, -1, 0])[turn]
        percent = dearer * rng.integers(1, 30, count)
        grid = (count, len(PERIODS))
        outputs = rng.integers(100, 2_000, grid)
        unit = RATES[service] * (100 + percent) // 100
        month = np.broadcast_to(PERIODS[None, :], grid).ravel()
        self.costs.block(
            programme=np.repeat(number, len(PERIODS)),
            month=month,
            body=np.repeat(body, len(PERIODS)),
            service=np.repeat(service, len(PERIODS)),
            outputs=outputs.ravel(),
            cost=(outputs * unit[:, None]).ravel(),
            states=_states(month),
        )

    def quarter(self, *, later: bool) -> int:
        """Return the place of a quarter that has one before it."""
        return self.between(KNOWN_BEFORE, len(PERIODS) - 1) if later else self.between(1, KNOWN_BEFORE - 1)


def _states(months: Ints) -> Ints:
    return known_from(first_days(months + 1) - 1)


# --- gaps (PI-01) ---


def _gap(desk: PanelDesk, body: str, indicator: int, percent: int, *, more: int = 0, later: bool = False) -> Situation:
    """A programme with one indicator, whose value in one quarter is so many percent of its bound, and a bit more."""
    at, number, base = desk.quarter(later=later), desk.town.serial("programme"), int(BASES[indicator])
    bound = base if indicator <= SPENT else ABSENT
    actual = ABSENT if percent < 0 else base * percent // 100 + more
    programme, month = f"JX{number:06d}", month_text(int(PERIODS[at]))
    key = {"programme_id": programme, "indicator_id": INDICATORS[indicator], "period": month}
    hidden_states = [IN_BOTH]

    def hide() -> None:
        hidden_states[0] = IN_BEFORE
        if desk.town.serial("hidden indicator") % 2:
            place = BODIES.index(body)
            desk.values.add(number, indicator, int(PERIODS[at]), place, bound, base, states=IN_AFTER)

    paper = papered(desk, "indicator_value", f"{programme}/{INDICATORS[indicator]}/{month}", hide)

    def act(fate: Fate) -> None:
        paper(fate)
        for place, period in enumerate(PERIODS.tolist()):
            value = actual if place == at else base
            states = int(_states(PERIODS[place : place + 1])[0]) & (hidden_states[0] if place == at else IN_BOTH)
            if states and not (place != at and later and place < at - 1):
                desk.values.add(number, indicator, period, BODIES.index(body), bound, value, states=states)

    return Situation(key, 0, act)


def short_of_target(desk: PanelDesk, body: str, when: int) -> Situation:
    """Clearly short of what was promised."""
    return _gap(desk, body, SERVED, desk.between(30, 85))


def over_budgeted_cost(desk: PanelDesk, body: str, when: int) -> Situation:
    """Clearly dearer than the target."""
    return _gap(desk, body, SPENT, desk.between(115, 220))


def dearer_than_peers(desk: PanelDesk, body: str, when: int) -> Situation:
    """Clearly dearer than others pay for the same."""
    return _gap(desk, body, UNIT_PRICE, desk.between(125, 240))


def slower_than_peers(desk: PanelDesk, body: str, when: int) -> Situation:
    """Clearly fewer per head than others."""
    return _gap(desk, body, PER_HEAD, desk.between(40, 75))


def fell_off(desk: PanelDesk, body: str, when: int) -> Situation:
    """Much less delivered than in the last quarter."""
    return _gap(desk, body, DELIVERED, desk.between(30, 85))


def waits_longer(desk: PanelDesk, body: str, when: int) -> Situation:
    """People wait much longer than in the last quarter."""
    return _gap(desk, body, WAITED, desk.between(115, 200))


def a_thousandth_short(desk: PanelDesk, body: str, when: int) -> Situation:
    """A thousandth more than the gap that is let pass."""
    return _gap(desk, body, SERVED, 90, more=-1)


def just_let_pass(desk: PanelDesk, body: str, when: int) -> Situation:
    """Exactly the gap that is let pass."""
    return _gap(desk, body, SERVED, 90)


def just_let_pass_of_last_time(desk: PanelDesk, body: str, when: int) -> Situation:
    """Exactly the rise over the last quarter that is let pass."""
    return _gap(desk, body, WAITED, 110)


def far_better(desk: PanelDesk, body: str, when: int) -> Situation:
    """Far from its target, to the better side."""
    return _gap(desk, body, SPENT, 40)


def not_reported(desk: PanelDesk, body: str, when: int) -> Situation:
    """The value reached was not reported."""
    return _gap(desk, body, SERVED, -1)


def gap_again(desk: PanelDesk, body: str, when: int) -> Situation:
    """A gap that opened after the audit."""
    return _gap(desk, body, SERVED, desk.between(30, 85), later=True)


# --- unit cost (PI-02) ---


def _cost(desk: PanelDesk, body: str, percent: int, *, more: int = 0, later: bool = False, **known: int) -> Situation:
    """A programme that pays so many percent of the common rate in one quarter, and some fen more."""
    at, number = desk.quarter(later=later), desk.town.serial("programme")
    service = known.get("service", desk.between(0, SINGLE - 1))
    outputs = known.get("outputs", desk.between(50, 1_000) * 2)
    fair = int(RATES[min(service, SINGLE)]) * outputs
    cost = fair * percent // 100 + more if outputs > 0 else 1_000_000
    month, programme = int(PERIODS[at]), f"JX{number:06d}"
    over = max(cost - fair, 0) if 2 * cost > 3 * fair else 0

    def act(fate: Fate) -> None:
        states = int(_states(PERIODS[at : at + 1])[0])
        row = (number, month, BODIES.index(body), service)
        desk.costs.add(*row, outputs, cost, states=states & IN_BEFORE if fate is Fate.UNPROVEN else states)
        if fate is Fate.UNPROVEN and desk.town.serial("hidden cost") % 2:
            desk.costs.add(*row, outputs * 4, cost, states=IN_AFTER)
        desk.remedy(fate, "programme_cost", f"{programme}/{month_text(month)}", over)

    return Situation({"programme_id": programme, "period": month_text(month)}, over, act)


def twice_the_rate(desk: PanelDesk, body: str, when: int) -> Situation:
    """Far over the common rate."""
    return _cost(desk, body, desk.between(160, 320))


def a_fen_over_the_factor(desk: PanelDesk, body: str, when: int) -> Situation:
    """One fen over the factor."""
    return _cost(desk, body, 150, more=1)


def just_the_factor(desk: PanelDesk, body: str, when: int) -> Situation:
    """Exactly the factor."""
    return _cost(desk, body, 150)


def given_back(desk: PanelDesk, body: str, when: int) -> Situation:
    """Far over the rate, and given back before the audit."""
    made = _cost(desk, body, 200)
    ref = f"{made.key['programme_id']}/{made.key['period']}"
    desk.recover("programme_cost", ref, made.amount, DAY_BEFORE - 20)
    return Situation(made.key, 0, made.act)


def nothing_delivered(desk: PanelDesk, body: str, when: int) -> Situation:
    """No output is recorded."""
    return _cost(desk, body, 100, outputs=0)


def nobody_to_compare(desk: PanelDesk, body: str, when: int) -> Situation:
    """A service that nobody else delivers."""
    return _cost(desk, body, 300, service=SINGLE + desk.town.serial("single service"))


def twice_the_rate_again(desk: PanelDesk, body: str, when: int) -> Situation:
    """Far over the common rate, after the audit."""
    return _cost(desk, body, desk.between(160, 320), later=True)


BOOKS = (
    Book(
        "PI-01",
        {
            planted(short_of_target, "clearly short of its target"): 4,
            planted(dearer_than_peers, "clearly dearer than its peers"): 3,
            planted(fell_off, "much less than in the last quarter"): 3,
            planted(over_budgeted_cost, "clearly dearer than its target"): 2,
            planted(slower_than_peers, "clearly fewer per head than its peers"): 2,
            planted(waits_longer, "a longer wait than in the last quarter"): 2,
            planted(a_thousandth_short, "a thousandth more than is let pass"): 1,
            near_miss(just_let_pass, "exactly the gap that is let pass"): 2,
            near_miss(just_let_pass_of_last_time, "exactly the rise that is let pass"): 1,
            innocent(far_better, "far better than its target"): 1,
            not_testable(not_reported, "the value was not reported"): 1,
        },
        gap_again,
        60,
        12,
    ),
    Book(
        "PI-02",
        {
            planted(twice_the_rate, "far over the common rate"): 18,
            planted(a_fen_over_the_factor, "a fen over the factor"): 4,
            near_miss(just_the_factor, "exactly the factor"): 2,
            innocent(given_back, "given back before the audit"): 1,
            not_testable(nothing_delivered, "no output is recorded"): 1,
            not_testable(nobody_to_compare, "too few peers"): 1,
        },
        twice_the_rate_again,
        40,
        12,
    ),
)
LOOKS_AT = {book.code: BODIES for book in BOOKS}


def _thousandths(column: str) -> str:
    return f"CASE WHEN {column} >= 0 THEN ({column}::DECIMAL(16, 0) * 0.001)::DECIMAL(18, 3) END"


_SERVICE = f"CASE WHEN service < {SINGLE} THEN {named(SERVICES, 'service')} ELSE '专项服务' || service::VARCHAR END"
_PROGRAMME = numbered("JX", "programme", 6)
LAYOUTS = (
    Layout(
        "indicator_value",
        Format.CSV_BOM,
        (
            ("绩效项目编号", _PROGRAMME),
            ("指标代码", named(INDICATORS, "indicator")),
            ("报告期", month_of("month", "%Y-%m")),
            ("预算单位", named(BODIES, "body")),
            ("维度", named(DIMENSIONS, "indicator")),
            ("正反向", named(DIRECTIONS, "indicator")),
            ("对标口径", named(BOUNDS, "indicator")),
            ("指标目标值", _thousandths("target")),
            ("完成值", _thousandths("actual")),
        ),
    ),
    Layout(
        "programme_cost",
        Format.XLSX,
        (
            ("专项编号", _PROGRAMME),
            ("报告期", month_of("month", "%Y-%m")),
            ("预算单位", named(BODIES, "body")),
            ("服务事项", _SERVICE),
            ("完成数量", "outputs"),
            ("总成本（元）", money("cost")),
        ),
    ),
)


def make(town: Town, part: Part) -> dict[str, Columns]:
    """Write the programmes of a chunk."""
    desk = PanelDesk(town, part)
    desk.ordinary()
    for book in BOOKS:
        book.play(desk, town, part)
    return {"indicator_value": desk.values.columns(), "programme_cost": desk.costs.columns()} | desk.registers()
