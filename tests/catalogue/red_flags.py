"""The published red flags once more, in plain Python over releases: what the procedures are compared with.

Written from the published text of each flag (docs.open-contracting / Cardinal 0.0.8), with exact fractions, and without
a look at the procedures. Where the text is silent the published program's demonstrations decide.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from fractions import Fraction
from typing import Any

Release = Mapping[str, Any]
Options = Mapping[str, Any]
Flags = dict[tuple[str, str], Fraction]
"""Value by (group, identifier); the groups are those of the published output."""


def words(text: str) -> set[str]:
    return {word for word in text.split("|") if word}


def examined(releases: Iterable[Release], options: Options) -> list[Release]:
    """The processes that are not cancelled and whose procedure is not excluded."""
    excluded = words(options.get("excluded_methods", ""))
    kept = []
    for release in releases:
        tender = release.get("tender", {})
        if tender.get("status") != "cancelled" and tender.get("procurementMethodDetails") not in excluded:
            kept.append(release)
    return kept


def compared(releases: Iterable[Release], options: Options) -> list[Release]:
    """Those of them whose prices may be compared."""
    include, exclude = (
        words(options.get(name, "")) for name in ("price_comparison_methods", "no_price_comparison_methods")
    )
    kept = []
    for release in examined(releases, options):
        details = release.get("tender", {}).get("procurementMethodDetails")
        if details in include if include else details not in exclude:
            kept.append(release)
    return kept


def bids(release: Release, *states: str) -> list[Mapping[str, Any]]:
    return [bid for bid in release.get("bids", {}).get("details", []) if bid.get("status") in states]


def submitted(release: Release) -> list[Mapping[str, Any]]:
    return bids(release, "pending", "valid", "disqualified")


def ids(organisations: Iterable[Mapping[str, Any]] | None) -> list[str]:
    return [each["id"] for each in organisations or [] if "id" in each]


def active(release: Release) -> list[Mapping[str, Any]]:
    return [award for award in release.get("awards", []) if award.get("status") == "active"]


def settled(release: Release) -> bool:
    final = {"active", "cancelled", "unsuccessful", None}
    return all(award.get("status") in final for award in release.get("awards", []))


def sole_winner(release: Release) -> str:
    """The supplier of the one active award, if it is the only one and all awards are final."""
    awards = active(release)
    if not settled(release) or len(awards) != 1:
        return ""
    suppliers = awards[0].get("suppliers", [])
    return ids(suppliers)[0] if len(suppliers) == 1 and ids(suppliers) else ""


def sole_tenderer(bid: Mapping[str, Any]) -> str:
    tenderers = bid.get("tenderers", [])
    return ids(tenderers)[0] if len(tenderers) == 1 and ids(tenderers) else ""


def price(bid: Mapping[str, Any], currency: str = "") -> Fraction | None:
    value = bid.get("value", {})
    if "amount" not in value or "currency" not in value or (currency and value["currency"] != currency):
        return None
    return Fraction(value["amount"])


def quantile(values: Sequence[Fraction], share: Fraction) -> Fraction:
    """Type 8 of Hyndman and Fan (1996): approximately median-unbiased."""
    ordered = sorted(values)
    place = (len(ordered) + Fraction(1, 3)) * share + Fraction(1, 3)
    whole = place.numerator // place.denominator
    if whole < 1:
        return ordered[0]
    if whole >= len(ordered):
        return ordered[-1]
    return ordered[whole - 1] + (place - whole) * (ordered[whole] - ordered[whole - 1])


def fences(values: Sequence[Fraction]) -> tuple[Fraction, Fraction, Fraction]:
    """First quartile, lower and upper fence."""
    first, third = quantile(values, Fraction(1, 4)), quantile(values, Fraction(3, 4))
    return first, first - Fraction(3, 2) * (third - first), third + Fraction(3, 2) * (third - first)


def millionths(options: Options) -> Fraction | None:
    return Fraction(options["threshold_ppm"], 1_000_000) if options.get("threshold_ppm") else None


def r003(releases: Iterable[Release], options: Options) -> Flags:
    methods = words(options.get("procurement_methods", ""))
    flags: Flags = {}
    for release in examined(releases, options):
        tender = release.get("tender", {})
        period = tender.get("tenderPeriod", {})
        if (methods and tender.get("procurementMethod") not in methods) or not {"startDate", "endDate"} <= set(period):
            continue
        start, end = (datetime.fromisoformat(period[name]) for name in ("startDate", "endDate"))
        least = options.get("by_method", {}).get(tender.get("procurementMethodDetails"), options.get("threshold", 15))
        if (end - start).total_seconds() // 86_400 < least:
            flags["OCID", release["ocid"]] = Fraction(1)
    return flags


def r018(releases: Iterable[Release], options: Options) -> Flags:
    methods = words(options.get("procurement_methods", "open|selective"))
    return {
        ("OCID", release["ocid"]): Fraction(1)
        for release in examined(releases, options)
        if release.get("tender", {}).get("procurementMethod") in methods
        and release["tender"].get("numberOfTenderers") == 1
    }


def differences(releases: Iterable[Release], options: Options) -> dict[str, tuple[Fraction, str, str]]:
    """By process: (second-lowest - winning) / winning, the winner and who was second."""
    found = {}
    for release in compared(releases, options):
        winner = sole_winner(release)
        own: list[tuple[Fraction, str]] = []
        others: list[tuple[Fraction, str]] = []
        for bid in bids(release, "valid"):
            who, amount = sole_tenderer(bid), price(bid, options.get("currency", ""))
            if who and amount is not None:
                (own if who == winner else others).append((amount, who))
        if winner and own and others and min(others)[0] >= min(own)[0] > 0:
            winning = min(own)[0]
            found[release["ocid"]] = ((min(others)[0] - winning) / winning, winner, min(others)[1])
    return found


def r024(releases: Iterable[Release], options: Options) -> Flags:
    found = differences(releases, options)
    if not found:
        return {}
    first, lower, _ = fences([ratio for ratio, _, _ in found.values()])
    given = millionths(options)
    first, lower = (Fraction(1), given) if given is not None else (first, lower)
    flags: Flags = {}
    for ocid, (ratio, winner, second) in found.items():
        if first > 0 and lower > 0 and ratio <= lower:
            flags["OCID", ocid] = ratio
            flags["Tenderer", winner] = flags["Tenderer", second] = Fraction(0)
    return flags


def r058(releases: Iterable[Release], options: Options) -> Flags:
    found = differences(releases, options)
    if not found:
        return {}
    given = millionths(options)
    upper = given if given is not None else fences([ratio for ratio, _, _ in found.values()])[2]
    flags: Flags = {}
    for ocid, (ratio, winner, _) in found.items():
        if upper > 0 and ratio >= upper:
            flags["OCID", ocid] = ratio
            flags["Tenderer", winner] = Fraction(0)
    return flags


def r025(releases: Iterable[Release], options: Options) -> Flags:
    tried: dict[str, int] = defaultdict(int)
    won: dict[str, int] = defaultdict(int)
    for release in examined(releases, options):
        winner = sole_winner(release)
        for who in {sole_tenderer(bid) for bid in bids(release, "valid")} - {""} if winner else ():
            tried[who] += 1
            won[who] += who == winner
    if not tried:
        return {}
    ratios = {who: Fraction(won[who], tried[who]) for who in tried}
    top = quantile([Fraction(count) for count in tried.values()], Fraction(options.get("percentile", 75), 100))
    first, lower, _ = fences(list(ratios.values()))
    given = millionths(options)
    first, lower = (Fraction(1), given) if given is not None else (first, lower)
    if first <= 0 or lower <= 0:
        return {}
    return {("Tenderer", who): ratio for who, ratio in ratios.items() if tried[who] >= top and ratio <= lower}


def r028(releases: Iterable[Release], options: Options) -> Flags:
    flags: Flags = {}
    for release in compared(releases, options):
        seen: dict[tuple[Fraction, str], set[frozenset[str]]] = defaultdict(set)
        for bid in submitted(release):
            who, amount = frozenset(ids(bid.get("tenderers"))), price(bid)
            if who and amount is not None:
                seen[amount, bid["value"]["currency"]].add(who)
        for groups in seen.values():
            for name in {name for group in groups for name in group} if len(groups) > 1 else ():
                flags["OCID", release["ocid"]] = flags["Tenderer", name] = Fraction(1)
    return flags


def r030(releases: Iterable[Release], options: Options) -> Flags:
    flags: Flags = {}
    for release in examined(releases, options):
        deadline = release.get("tender", {}).get("tenderPeriod", {}).get("endDate")
        winners = {who for award in active(release) for who in ids(award.get("suppliers"))}
        for bid in bids(release, "valid") if deadline else ():
            if "date" in bid and datetime.fromisoformat(bid["date"]) > datetime.fromisoformat(deadline):
                for who in winners & set(ids(bid.get("tenderers"))):
                    flags["OCID", release["ocid"]] = flags["Tenderer", who] = Fraction(1)
    return flags


def r035(releases: Iterable[Release], options: Options) -> Flags:
    flags: Flags = {}
    for release in examined(releases, options):
        winners = {who for award in active(release) for who in ids(award.get("suppliers"))}
        valid = {who for bid in bids(release, "valid") for who in ids(bid.get("tenderers"))}
        out = {who for bid in bids(release, "disqualified") for who in ids(bid.get("tenderers"))} - valid
        if settled(release) and len(valid) == 1 and valid == winners and len(out) >= options.get("threshold", 1):
            flags["OCID", release["ocid"]] = Fraction(len(out))
            flags["Tenderer", next(iter(valid))] = Fraction(0)
    return flags


def r036(releases: Iterable[Release], options: Options) -> Flags:
    flags: Flags = {}
    for release in compared(releases, options):
        priced = [(price(bid, options.get("currency", "")), bid["status"]) for bid in submitted(release)]
        amounts = [(amount, state) for amount, state in priced if amount is not None]
        if active(release) and any(state == "valid" for _, state in amounts):
            lowest = min(amount for amount, _ in amounts)
            if (lowest, "disqualified") in amounts:
                flags["OCID", release["ocid"]] = Fraction(1)
    return flags


def r038(releases: Iterable[Release], options: Options) -> Flags:
    parts: dict[str, dict[str, list[int]]] = {name: defaultdict(lambda: [0, 0]) for name in GROUPS.values()}
    for release in examined(releases, options):
        for bid in submitted(release):
            who = {("Tenderer", each) for each in ids(bid.get("tenderers"))}
            who |= {("Buyer", each) for each in ids([release.get("buyer", {})])}
            who |= {("ProcuringEntity", each) for each in ids([release.get("tender", {}).get("procuringEntity", {})])}
            for group, each in who:
                parts[group][each][0] += bid["status"] == "disqualified"
                parts[group][each][1] += 1
    flags: Flags = {}
    for group, counted in parts.items():
        least = options.get("minimum_submitted_bids" if group == "Tenderer" else "minimum_contracting_processes", 2)
        ratios = {who: Fraction(out, total) for who, (out, total) in counted.items() if total >= least}
        given = millionths(options)
        if ratios:
            upper = given if given is not None else fences(list(ratios.values()))[2]
            flags |= {(group, who): ratio for who, ratio in ratios.items() if ratio >= upper > 0}
    return flags


def r048(releases: Iterable[Release], options: Options) -> Flags:
    processes: dict[str, set[str]] = defaultdict(set)
    classes: dict[str, set[str]] = defaultdict(set)
    for release in examined(releases, options):
        for award in active(release):
            suppliers = award.get("suppliers", [])
            codes = [item["classification"]["id"] for item in award.get("items", []) if "classification" in item]
            if len(suppliers) == 1 and ids(suppliers) and codes:
                processes[suppliers[0]["id"]].add(release["ocid"])
                classes[suppliers[0]["id"]] |= {code[: options.get("digits", 2)] for code in codes}
    least = options.get("minimum_contracting_processes", 20)
    variety = {who: Fraction(len(classes[who])) for who in processes if len(processes[who]) >= least}
    if not variety:
        return {}
    upper = Fraction(options["threshold"]) if options.get("threshold") else fences(list(variety.values()))[2]
    return {("Tenderer", who): count for who, count in variety.items() if count >= upper}


GROUPS = {"buyer": "Buyer", "procuring_entity": "ProcuringEntity", "tenderer": "Tenderer"}
RULES = {
    "RF-003": r003,
    "RF-018": r018,
    "RF-024": r024,
    "RF-025": r025,
    "RF-028": r028,
    "RF-030": r030,
    "RF-035": r035,
    "RF-036": r036,
    "RF-038": r038,
    "RF-048": r048,
    "RF-058": r058,
}
