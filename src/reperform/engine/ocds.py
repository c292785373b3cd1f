"""One compiled release of the Open Contracting Data Standard (OCDS 1.1) as rows of the public-investment tables.

Rules kept here:

* `tender` has one row for each process, under its `ocid`; `bid` one for each bid and tenderer, `award` one for each
  award and supplier, `award_item` one for each item of an award, `contract` one for each contract (`ocid/id`).
* An organisation without an identifier gets one that begins with `?` and occurs nowhere else: it counts, and is never
  taken for another.
* An award in a state that the code list does not know is `other`: were the row refused, its process would look decided.
  Every other word that a closed code list does not know is refused where cells are read, and so is every wrong value.
* Where an array is wanted, one object is taken as an array of one. Anything else of a wrong shape is a fault of its
  table.

Each row comes with its JSON Pointer (RFC 6901) into the compiled release.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from reperform.engine.ocds_values import brief, day_text, instant_text, money, organisation, text

Json = dict[str, Any]
UNKNOWN = "?"
SHAPE = "shape"
AWARD_STATES = ("pending", "active", "cancelled", "unsuccessful", "")
PATHS: dict[str, dict[str, str]] = {
    "tender": {
        "tender_id": "ocid",
        "project_id": "planning/budget/projectID",
        "buyer_id": "buyer/id",
        "procuring_entity_id": "tender/procuringEntity/id",
        "title": "tender/title",
        "kind": "tender/mainProcurementCategory",
        "procurement_method": "tender/procurementMethod",
        "procurement_method_details": "tender/procurementMethodDetails",
        "status": "tender/status",
        "value_amount": "tender/value/amount",
        "currency": "tender/value/currency",
        "tender_period_start": "tender/tenderPeriod/startDate",
        "tender_period_end": "tender/tenderPeriod/endDate",
        "number_of_tenderers": "tender/numberOfTenderers",
    },
    "bid": {
        "tender_id": "ocid",
        "bid_id": "bids/details/id",
        "bidder_id": "bids/details/tenderers/id",
        "bidder_name": "bids/details/tenderers/name",
        "amount": "bids/details/value/amount",
        "currency": "bids/details/value/currency",
        "submitted_at": "bids/details/date",
        "status": "bids/details/status",
    },
    "award": {
        "tender_id": "ocid",
        "award_id": "awards/id",
        "supplier_id": "awards/suppliers/id",
        "supplier_name": "awards/suppliers/name",
        "amount": "awards/value/amount",
        "currency": "awards/value/currency",
        "awarded_on": "awards/date",
        "status": "awards/status",
    },
    "award_item": {
        "tender_id": "ocid",
        "award_id": "awards/id",
        "item_id": "awards/items/id",
        "classification_scheme": "awards/items/classification/scheme",
        "classification_id": "awards/items/classification/id",
        "description": "awards/items/description",
    },
    "contract": {
        "contract_id": "contracts/id",
        "project_id": "planning/budget/projectID",
        "body_id": "buyer/id",
        "tender_id": "ocid",
        "award_id": "contracts/awardID",
        "title": "contracts/title",
        "kind": "tender/mainProcurementCategory",
        "procurement_method": "tender/procurementMethod",
        "supplier_id": "awards/suppliers/id",
        "supplier_name": "awards/suppliers/name",
        "amount": "contracts/value/amount",
        "currency": "contracts/value/currency",
        "signed_on": "contracts/dateSigned",
        "period_days": "contracts/period/durationInDays",
    },
}
"""For each table, the columns that OCDS fills and the fields that fill them."""


@dataclass(frozen=True)
class Row:
    """One row: the cells by column, where it stands, and the rule that it breaks before its cells are looked at."""

    table: str
    pointer: str
    cells: dict[str, str]
    rule: str = ""


@dataclass
class Counts:
    """What a reader left empty or renamed, for the record of the load."""

    without_zone: int = 0
    other_states: int = 0


def rows(release: Json, counts: Counts) -> Iterator[Row]:
    """Yield the rows of one compiled release."""
    ocid = text(release.get("ocid"))
    tender = release.get("tender")
    if tender is not None and not isinstance(tender, dict):
        yield _fault("tender", "/tender", tender)
        return
    buyer = organisation(release.get("buyer")) or f"{UNKNOWN}{ocid}"
    shared = _tender(release, tender or {}, buyer, counts)
    yield Row("tender", "/tender", shared)
    yield from _bids(ocid, release.get("bids"), counts)
    suppliers: dict[str, tuple[str, str]] = {}
    for pointer, award in _each(release.get("awards"), "/awards"):
        if isinstance(award, dict):
            yield from _award(ocid, pointer, award, suppliers, counts)
        else:
            yield _fault("award", pointer, award)
    for pointer, contract in _each(release.get("contracts"), "/contracts"):
        if isinstance(contract, dict):
            yield _contract(shared, pointer, contract, suppliers)
        else:
            yield _fault("contract", pointer, contract)


def _tender(release: Json, tender: Json, buyer: str, counts: Counts) -> dict[str, str]:
    amount, currency = money(tender.get("value"))
    period = _object(tender.get("tenderPeriod"))
    return {
        "tender_id": text(release.get("ocid")),
        "project_id": text(_object(_object(release.get("planning")).get("budget")).get("projectID")),
        "buyer_id": buyer,
        "procuring_entity_id": organisation(tender.get("procuringEntity")),
        "title": text(tender.get("title")),
        "kind": text(tender.get("mainProcurementCategory")),
        "procurement_method": text(tender.get("procurementMethod")),
        "procurement_method_details": text(tender.get("procurementMethodDetails")),
        "status": text(tender.get("status")),
        "value_amount": amount,
        "currency": currency,
        "tender_period_start": _instant(period.get("startDate"), counts),
        "tender_period_end": _instant(period.get("endDate"), counts),
        "number_of_tenderers": text(tender.get("numberOfTenderers")),
    }


def _bids(ocid: str, bids: Any, counts: Counts) -> Iterator[Row]:  # noqa: ANN401 - any JSON
    if bids is not None and not isinstance(bids, dict):
        yield _fault("bid", "/bids", bids)
        return
    for place, (pointer, bid) in enumerate(_each(_object(bids).get("details"), "/bids/details")):
        if not isinstance(bid, dict):
            yield _fault("bid", pointer, bid)
            continue
        number = text(bid.get("id")) or f"{UNKNOWN}{place}"
        amount, currency = money(bid.get("value"))
        shared = {
            "tender_id": ocid,
            "bid_id": number,
            "amount": amount,
            "currency": currency,
            "submitted_at": _instant(bid.get("date"), counts),
            "status": text(bid.get("status")),
        }
        for below, who, name in _organisations(bid.get("tenderers"), f"{pointer}/tenderers", f"{ocid}/{number}"):
            yield Row("bid", below, {**shared, "bidder_id": who, "bidder_name": name})


def _award(
    ocid: str, pointer: str, award: Json, suppliers: dict[str, tuple[str, str]], counts: Counts
) -> Iterator[Row]:
    number = text(award.get("id")) or f"{UNKNOWN}{pointer.rsplit('/', 1)[-1]}"
    amount, currency = money(award.get("value"))
    status = text(award.get("status"))
    if status not in AWARD_STATES:
        counts.other_states += 1
        status = "other"
    shared = {
        "tender_id": ocid,
        "award_id": number,
        "amount": amount,
        "currency": currency,
        "awarded_on": day_text(award.get("date")),
        "status": status,
    }
    for below, who, name in _organisations(award.get("suppliers"), f"{pointer}/suppliers", f"{ocid}/{number}"):
        suppliers.setdefault(number, (who, name))
        yield Row("award", below, {**shared, "supplier_id": who, "supplier_name": name})
    for place, (below, item) in enumerate(_each(award.get("items"), f"{pointer}/items")):
        if not isinstance(item, dict):
            yield _fault("award_item", below, item)
            continue
        classification = _object(item.get("classification"))
        cells = {
            "tender_id": ocid,
            "award_id": number,
            "item_id": text(item.get("id")) or f"{UNKNOWN}{place}",
            "classification_scheme": text(classification.get("scheme")),
            "classification_id": text(classification.get("id")),
            "description": text(item.get("description")),
        }
        yield Row("award_item", below, cells)


def _contract(tender: dict[str, str], pointer: str, contract: Json, suppliers: dict[str, tuple[str, str]]) -> Row:
    """Return a contract; its supplier is the first of its award."""
    ocid, award = tender["tender_id"], text(contract.get("awardID"))
    number = text(contract.get("id")) or f"{UNKNOWN}{pointer.rsplit('/', 1)[-1]}"
    amount, currency = money(contract.get("value"))
    who, name = suppliers.get(award, (f"{UNKNOWN}{ocid}/{award}/0", ""))
    cells = {
        "contract_id": f"{ocid}/{number}",
        "project_id": tender["project_id"],
        "body_id": tender["buyer_id"],
        "tender_id": ocid,
        "award_id": award,
        "title": text(contract.get("title")) or tender["title"],
        "kind": tender["kind"],
        "procurement_method": tender["procurement_method"],
        "supplier_id": who,
        "supplier_name": name,
        "amount": amount,
        "currency": currency,
        "signed_on": day_text(contract.get("dateSigned")),
        "period_days": text(_object(contract.get("period")).get("durationInDays")),
    }
    return Row("contract", pointer, cells)


def _organisations(value: Any, pointer: str, of: str) -> Iterator[tuple[str, str, str]]:  # noqa: ANN401 - any JSON
    """Yield pointer, identifier and name of each organisation once; where there is none, an unknown one."""
    seen = set()
    for place, (below, each) in enumerate(_each(value, pointer)):
        who = organisation(each) or f"{UNKNOWN}{of}/{place}"
        if who not in seen:
            seen.add(who)
            yield below, who, text(_object(each).get("name"))
    if not seen:
        yield pointer, f"{UNKNOWN}{of}/0", ""


def _each(value: Any, pointer: str) -> Iterator[tuple[str, Any]]:  # noqa: ANN401 - any JSON
    """Yield the members of an array with their pointers; one object is an array of one."""
    if isinstance(value, list):
        yield from ((f"{pointer}/{place}", each) for place, each in enumerate(value))
    elif value is not None:
        yield pointer, value


def _object(value: Any) -> Json:  # noqa: ANN401 - any JSON
    return value if isinstance(value, dict) else {}


def _instant(value: Any, counts: Counts) -> str:  # noqa: ANN401 - any JSON
    cell, unzoned = instant_text(value)
    counts.without_zone += unzoned
    return cell


def _fault(table: str, pointer: str, value: Any) -> Row:  # noqa: ANN401 - any JSON
    return Row(table, pointer, {"": brief(value)}, SHAPE)
