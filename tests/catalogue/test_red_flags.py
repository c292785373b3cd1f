"""The eleven published red flags: procedures over the tables say what the published text says over the releases.

Releases go through the reader's own rows into the procedure as it ships; an independent reading of the text
(`red_flags`) says what must come out.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reperform import catalogue
from reperform.engine.duckdb import Source
from reperform.engine.facts import with_rows
from reperform.engine.lint import lint
from reperform.engine.ocds import Counts, rows
from reperform.engine.parameters import settle
from reperform.engine.results import ExceptionRow, Result
from reperform.engine.run import Plan, RunLimits, carry_out, run, types_of
from reperform.engine.store import Store
from reperform.engine.tables import Table
from reperform.engine.worker import perform
from tests.catalogue.red_flags import GROUPS, RULES, Flags

TABLES = catalogue.tables()
TYPES = types_of(TABLES)
PROCEDURES = {code: catalogue.procedures()[code] for code in RULES}
QUERIES = {code: lint(procedure, TYPES) for code, procedure in PROCEDURES.items()}
AS_OF = date(2026, 3, 31)
SMALL = RunLimits(memory=256 << 20, threads=1, temporary=64 << 20)
BY_MILLIONTHS = {"RF-024": "difference_ppm", "RF-025": "ratio_ppm", "RF-038": "ratio_ppm", "RF-058": "difference_ppm"}
BY_COUNT = {"RF-035": "disqualified", "RF-048": "variety"}
TENDERERS = {"RF-024": ("winner_id", "rival_id"), "RF-035": ("winner_id",), "RF-058": ("winner_id",)}


def typed(table: Table, column: str, cell: str) -> Any:
    field = table.field(column)
    if not cell:
        return None
    if field.is_money:
        return int(Decimal(cell) * 100)
    return int(cell) if field.type == "integer" else cell


def sources(code: str, releases: Sequence[Any]) -> dict[str, Source]:
    made = [row for release in releases for row in rows(release, Counts())]
    found = {}
    for name, columns in PROCEDURES[code].tables.items():
        cells = [
            tuple(typed(TABLES[name], column, row.cells.get(column, "")) for column in columns)
            for row in made
            if row.table == name
        ]
        found[name] = Source(tuple((column, TYPES[name][column]) for column in columns), rows=tuple(cells))
    return found


def told(code: str, releases: Sequence[Any], options: dict[str, Any]) -> Result:
    """Run a procedure over releases; `by_method` is no parameter but a fact."""
    procedure = PROCEDURES[code]
    if "by_method" in options:
        fact = with_rows(procedure.facts["submission_period"], tuple(options["by_method"].items()))
        procedure = replace(procedure, facts={"submission_period": fact})
    given = {name: value for name, value in options.items() if name != "by_method"}
    values = settle(procedure.parameters, given, AS_OF)
    plan = Plan(procedure, "", AS_OF, values, QUERIES[code], sources(code, releases), ("correction",), (), (), SMALL)
    return carry_out(plan, perform)


def flags(code: str, result: Result) -> Flags:
    """Return what a procedure says in the form of the published output."""
    found: Flags = {}
    for row in result.exceptions:
        value = Fraction(1)
        if code in BY_MILLIONTHS:
            value = Fraction(int(row.fields[BY_MILLIONTHS[code]]), 1_000_000)
        elif code in BY_COUNT:
            value = Fraction(int(row.fields[BY_COUNT[code]]))
        found[group(code, row)] = value
        for who in tenderers(code, row):
            found["Tenderer", who] = Fraction(0) if code in TENDERERS else Fraction(1)
    return found


def group(code: str, row: ExceptionRow) -> tuple[str, str]:
    if code == "RF-038":
        return GROUPS[row.key["role"]], row.key["organisation_id"]
    return ("OCID", row.key["tender_id"]) if "tender_id" in row.key else ("Tenderer", next(iter(row.key.values())))


def tenderers(code: str, row: ExceptionRow) -> list[str]:
    if code in TENDERERS:
        return [row.fields[name] for name in TENDERERS[code]]
    return row.fields["tenderer_ids"].split("|") if "tenderer_ids" in row.fields else []


def alike(code: str, releases: Sequence[Any], options: dict[str, Any]) -> None:
    """Check that a procedure says what the text says; ratios are told to the millionth."""
    expected = RULES[code](releases, options)
    seen = flags(code, told(code, releases, options))
    assert set(seen) == set(expected)
    for name, value in seen.items():
        assert abs(value - expected[name]) <= Fraction(1, 2_000_000)


NAMES = st.sampled_from("ABCDE")
ORGANISATION = st.one_of(st.builds(lambda name: {"id": name}, NAMES), st.just({"name": "without identifier"}))
DAYS = st.integers(0, 60).map(lambda steps: datetime(2026, 1, 1) + timedelta(hours=9 * steps))
INSTANT = st.builds(
    lambda day, zone: f"{day.isoformat()}{zone}", DAYS, st.sampled_from(["+00:00", "+08:00", "-05:00"])
)  # fmt: skip
AMOUNT = st.integers(1, 12)


def some(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Objects in which any field may be missing."""
    return st.fixed_dictionaries({}, optional=fields)


VALUE = st.one_of(
    some(amount=AMOUNT, currency=st.just("CNY")), st.builds(lambda a: {"amount": a, "currency": "USD"}, AMOUNT)
)
BID = some(
    status=st.sampled_from(["valid", "valid", "valid", "disqualified", "pending", "invited", "withdrawn"]),
    date=INSTANT,
    value=VALUE,
    tenderers=st.lists(ORGANISATION, min_size=1, max_size=2, unique_by=json.dumps),
)
ITEM = some(
    classification=st.builds(lambda code: {"id": code}, st.sampled_from(["1011", "1022", "2011", "3011", "44"]))
)
AWARD = some(
    status=st.sampled_from(["active", "active", "active", "pending", "cancelled", "unsuccessful", "invalid"]),
    suppliers=st.lists(ORGANISATION, max_size=2, unique_by=json.dumps),
    items=st.lists(ITEM, max_size=3),
)
TENDER = some(
    status=st.sampled_from(["active", "complete", "cancelled"]),
    procurementMethod=st.sampled_from(["open", "selective", "limited", "direct"]),
    procurementMethodDetails=st.sampled_from(["拍卖", "lottery", "自主招标"]),
    numberOfTenderers=st.integers(0, 3),
    procuringEntity=st.builds(lambda name: {"id": f"E{name}"}, NAMES),
    tenderPeriod=some(startDate=INSTANT, endDate=INSTANT),
)


@st.composite
def plain(draw: st.DrawFn) -> dict[str, Any]:
    """A process as most are: everyone has an identifier, the winner is one of the valid tenderers."""
    names = draw(st.lists(NAMES, min_size=2, max_size=4, unique=True))
    states = draw(
        st.lists(st.sampled_from(["valid", "valid", "disqualified"]), min_size=len(names), max_size=len(names))
    )
    details = [
        {
            "status": state,
            "tenderers": [{"id": name}],
            "value": {"amount": draw(AMOUNT), "currency": "CNY"},
            "date": draw(INSTANT),
        }
        for name, state in zip(names, ["valid", *states[1:]], strict=True)
    ]
    item = draw(st.sampled_from(["10", "11", "20", "30"]))
    tender = {
        "procurementMethod": draw(st.sampled_from(["open", "open", "limited"])),
        "numberOfTenderers": draw(st.integers(1, 2)),
        "tenderPeriod": {"startDate": draw(INSTANT), "endDate": draw(INSTANT)},
        "procuringEntity": {"id": f"E{draw(NAMES)}"},
    }
    award = {"status": "active", "suppliers": [{"id": names[0]}], "items": [{"classification": {"id": item}}]}
    return {
        "buyer": {"id": f"B{draw(NAMES)}"},
        "tender": tender | draw(some(procurementMethodDetails=st.sampled_from(["lottery", "拍卖"]))),
        "bids": {"details": details},
        "awards": [award],
    }


def numbered(release: dict[str, Any], ocid: str) -> dict[str, Any]:
    """Give a process its identifier, and its bids, awards and items theirs."""
    release = {"ocid": ocid, **json.loads(json.dumps(release))}
    for name, listed in (("b", release.get("bids", {}).get("details", [])), ("a", release.get("awards", []))):
        for place, each in enumerate(listed):
            each["id"] = f"{name}{place}"
    return release


PROCESS = st.one_of(
    plain(),
    plain(),
    some(
        buyer=st.builds(lambda name: {"id": f"B{name}"}, NAMES),
        tender=TENDER,
        bids=st.builds(lambda details: {"details": details}, st.lists(BID, max_size=5)),
        awards=st.lists(AWARD, max_size=3),
    ),
)
RELEASES = st.one_of(st.lists(PROCESS, min_size=1, max_size=12), st.lists(plain(), min_size=5, max_size=12)).map(
    lambda made: [numbered(release, f"ocds-{place}") for place, release in enumerate(made)]
)
WORDS = st.sampled_from(["", "lottery", "lottery|拍卖"])
PPM = st.sampled_from([0, 0, 1, 250_000, 500_000, 1_000_000])
EVERY = {"excluded_methods": WORDS}
PRICES = {"price_comparison_methods": WORDS, "no_price_comparison_methods": WORDS}
MAIN = {"currency": st.sampled_from(["CNY", "USD"])}
OPTIONS: dict[str, dict[str, st.SearchStrategy[Any]]] = {
    "RF-003": {
        "threshold": st.integers(1, 16),
        "procurement_methods": st.sampled_from(["", "open", "open|direct"]),
        "by_method": st.sampled_from([{}, {"lottery": 3, "拍卖": 9}]),
    },
    "RF-018": {"procurement_methods": st.sampled_from(["open|selective", "limited"])},
    "RF-024": {"threshold_ppm": PPM, **MAIN, **PRICES},
    "RF-025": {"threshold_ppm": PPM, "percentile": st.sampled_from([0, 10, 50, 75, 90, 100])},
    "RF-028": PRICES,
    "RF-030": {},
    "RF-035": {"threshold": st.integers(1, 3)},
    "RF-036": {**MAIN, **PRICES},
    "RF-038": {
        "threshold_ppm": PPM,
        "minimum_submitted_bids": st.integers(0, 4),
        "minimum_contracting_processes": st.integers(0, 4),
    },
    "RF-048": {
        "threshold": st.sampled_from([0, 0, 2, 3]),
        "digits": st.integers(1, 4),
        "minimum_contracting_processes": st.integers(1, 3),
    },
    "RF-058": {"threshold_ppm": PPM, **MAIN, **PRICES},
}


@pytest.mark.parametrize("code", RULES)
@settings(max_examples=20)
@given(data=st.data())
def test_a_procedure_flags_what_the_published_text_flags(code: str, data: st.DataObject) -> None:
    releases = data.draw(RELEASES)
    options = data.draw(st.fixed_dictionaries({}, optional={**OPTIONS[code], **EVERY}))
    if "currency" not in options and "currency" in PROCEDURES[code].parameters:
        options["currency"] = "CNY"  # which currency is the main one, where none is given, is asked below
    alike(code, releases, options)


def pair(ocid: str, second: int, *, currency: str = "CNY") -> dict[str, Any]:
    """A process that W wins at 100, with L second at a price."""
    details = [
        {"status": "valid", "tenderers": [{"id": who}], "value": {"amount": amount, "currency": currency}}
        for who, amount in (("W", 100), ("L", second))
    ]
    return numbered({"bids": {"details": details}, "awards": [{"status": "active", "suppliers": [{"id": "W"}]}]}, ocid)


def test_a_process_hardly_apart_where_all_others_are_far_apart_is_the_only_one() -> None:
    """Differences 1 and four times 99: by type 8 the first quartile is 66.33, the third 99, the fence 17.33."""
    releases = [pair("F", 200), *(pair(f"o{place}", 10_000) for place in range(4))]
    result = told("RF-024", releases, {})
    assert flags("RF-024", result) == {("OCID", "F"): 1, ("Tenderer", "W"): 0, ("Tenderer", "L"): 0}
    assert result.exceptions[0].fields["lower_fence_ppm"] == "17333333"


def test_without_a_currency_the_one_of_most_bids_is_compared() -> None:
    releases = [pair("a", 101), pair("b", 101, currency="USD"), pair("c", 150, currency="USD")]
    options = {"threshold_ppm": 50_000}
    assert set(flags("RF-024", told("RF-024", releases, options))) == {
        ("OCID", "b"),
        ("Tenderer", "W"),
        ("Tenderer", "L"),
    }
    named = flags("RF-024", told("RF-024", releases, {**options, "currency": "CNY"}))
    assert ("OCID", "a") in named
    assert ("OCID", "b") not in named


def test_the_order_of_the_releases_changes_nothing() -> None:
    releases = [pair(f"o{place}", 101 + place * place) for place in range(9)]
    for code in ("RF-024", "RF-058"):
        once, again = (told(code, listed, {}) for listed in (releases, releases[::-1]))
        assert once.result_hash == again.result_hash


def test_a_fence_that_was_learned_can_be_held_fast() -> None:
    """A later process moves the learned fence; given as a parameter it stays, and so do the exceptions."""
    releases = [pair("F", 102), *(pair(f"o{place}", 110 + place // 2) for place in range(6))]
    learned = told("RF-024", releases, {})
    fence = int(learned.exceptions[0].fields["lower_fence_ppm"])
    more = [*releases, *(pair(f"n{place}", 250) for place in range(6))]
    assert told("RF-024", more, {}).exceptions == ()
    kept = told("RF-024", more, {"threshold_ppm": fence})
    assert [row.key for row in kept.exceptions] == [row.key for row in learned.exceptions]


def test_what_cannot_be_computed_is_not_called_clean() -> None:
    pending = pair("p", 101)
    pending["awards"].append({"id": "x", "status": "pending"})
    result = told("RF-024", [pair("a", 101), pending], {"threshold_ppm": 50_000})
    assert (result.population, result.not_testable, len(result.exceptions)) == (2, 1, 1)


def test_releases_from_a_file_give_the_published_output(tmp_path: Path) -> None:
    """From JSON Lines through the store to the flags: a buyer rejects one bid of two."""
    path = tmp_path / "releases.jsonl"
    bids = {"details": [{"id": "1", "status": "valid", "tenderers": [{"id": "W1"}]},
                        {"id": "2", "status": "disqualified", "tenderers": [{"id": "D"}]}]}  # fmt: skip
    first = {"ocid": "0", "bids": bids, "buyer": {"id": "B"}}
    one = {"details": [{"id": "1", "status": "valid", "tenderers": [{"id": "W2"}]}]}
    others = [{"ocid": str(place), "bids": one, "buyer": {"id": str(place)}} for place in range(1, 5)]
    path.write_text("\n".join(json.dumps(release) for release in [first, *others]), encoding="utf-8")
    store = Store(tmp_path / "store")
    snapshot = store.snapshot(AS_OF, store.read_ocds([path], TABLES))
    result = run(PROCEDURES["RF-038"], snapshot, tables=TABLES, parameters={"minimum_submitted_bids": 5})
    assert flags("RF-038", result) == {("Buyer", "B"): Fraction(1, 2)}
