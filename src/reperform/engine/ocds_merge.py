"""Merge the releases of one contracting process into a compiled release.

The routine is that of the Open Contracting Data Standard 1.1 (Merging, "Merge routine"), for compiled releases:

* Releases are merged in the order of their `date`. `id`, `date` and `tag` belong to the release and are not merged.
* In an object a null removes the field, an absent field changes nothing, objects are merged field by field.
* An array of objects is merged by `id`; an object whose `id` is new, or that has none, is appended. An array with
  anything else in it is one value, and so are the arrays that the schema marks for whole list merge: none of the fields
  that are read here is among them.

What the routine leaves open is refused by name: a release without a date where there are several (`no_date`), two
releases of one instant (`same_date`), and a field that is an object in one release and a value in another (`shape`).

`subset` keeps the fields that some table has a column for; the rest is never held in memory.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from reperform.engine.ocds_values import instant

Json = dict[str, Any]
OMITTED = ("id", "date", "tag")
_ORGANISATION = {"id": None, "name": None, "identifier": {"id": None, "scheme": None}}
_MONEY = {"amount": None, "currency": None}
_PERIOD = {"startDate": None, "endDate": None, "durationInDays": None}
_CLASS = {"id": None, "scheme": None}
FIELDS: Json = {
    "ocid": None,
    "id": None,
    "date": None,
    "tag": None,
    "buyer": _ORGANISATION,
    "planning": {"budget": {"projectID": None}},
    "tender": {
        "title": None,
        "status": None,
        "procurementMethod": None,
        "procurementMethodDetails": None,
        "mainProcurementCategory": None,
        "numberOfTenderers": None,
        "procuringEntity": _ORGANISATION,
        "value": _MONEY,
        "tenderPeriod": _PERIOD,
    },
    "bids": {
        "details": {"id": None, "status": None, "date": None, "value": _MONEY, "tenderers": _ORGANISATION},
    },
    "awards": {
        "id": None,
        "status": None,
        "date": None,
        "value": _MONEY,
        "suppliers": _ORGANISATION,
        "items": {"id": None, "description": None, "classification": _CLASS},
    },
    "contracts": {
        "id": None,
        "awardID": None,
        "title": None,
        "value": _MONEY,
        "dateSigned": None,
        "period": _PERIOD,
    },
}
"""The fields that are read; what holds objects says which of their fields."""


class Unmergeable(Exception):
    """Releases that the routine does not say how to merge; `rule` is the name of the reason."""

    def __init__(self, rule: str) -> None:
        super().__init__(rule)
        self.rule = rule


def subset(value: Any, fields: Json = FIELDS) -> Any:  # noqa: ANN401 - any JSON
    """Return a release with the fields that are read, in whatever shape they come."""
    if isinstance(value, list):
        return [subset(each, fields) for each in value]
    if not isinstance(value, dict):
        return value
    kept = {}
    for name, below in fields.items():
        if name in value:
            kept[name] = value[name] if below is None else subset(value[name], below)
    return kept


def merge(releases: Sequence[Json]) -> Json:
    """Return the compiled release of some releases of one process."""
    if len(releases) == 1:
        return releases[0]
    dated = []
    for release in releases:
        date = release.get("date")
        moment = instant(date) if isinstance(date, str) else None
        if moment is None:
            raise Unmergeable("no_date")
        dated.append((moment, release))
    dated.sort(key=lambda pair: pair[0])
    if any(earlier[0] == later[0] for earlier, later in pairwise(dated)):
        raise Unmergeable("same_date")
    compiled: Json = {}
    for _, release in dated:
        _merge_object(compiled, {name: value for name, value in release.items() if name not in OMITTED})
    return compiled


def _merge_object(output: Json, given: Json) -> None:
    for name, value in given.items():
        if value is None:
            output.pop(name, None)
        elif name not in output:
            output[name] = value
        else:
            output[name] = _merged(output[name], value)


def _merged(output: Any, value: Any) -> Any:  # noqa: ANN401 - any JSON
    if isinstance(output, dict) != isinstance(value, dict) or isinstance(output, list) != isinstance(value, list):
        raise Unmergeable("shape")
    if isinstance(value, dict):
        _merge_object(output, value)
        return output
    if isinstance(value, list) and all(isinstance(each, dict) for each in value):
        return _merge_list(output, value)
    return value


def _merge_list(output: list[Any], given: list[Json]) -> list[Any]:
    if not all(isinstance(each, dict) for each in output):
        return given
    known = {str(each["id"]): each for each in reversed(output) if each.get("id") is not None}
    for each in given:
        name = str(each["id"]) if each.get("id") is not None else ""
        if name and name in known:
            _merge_object(known[name], each)
        else:
            output.append(each)
            if name:
                known[name] = each
    return output
