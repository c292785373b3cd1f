"""Ties between employers: from the register of firms and the people for whom they were paid, to groups.

Rules kept here:

* Address, telephone, representative and agent come from the register, staff from the subsidies that were paid.
* Addresses and telephones are compared by key (`names`), so that a tie does not hide behind a full-width digit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from .names import address_key, phone_key
from .ties import groups, sharing, sharing_people

Lists = Mapping[str, Sequence[str | None]]


def tied_firms(firm: Lists, paid: Lists, *, most: int, least: int) -> dict[str, list[object]]:
    """Return `firm_id`, `lead_firm`, `firms` and `tied_by` of every firm that is tied to another."""
    ids = [str(one) for one in firm["firm_id"]]
    found = groups(
        {
            "address": sharing(ids, [address_key(text) for text in firm["address"]], most),
            "agent": sharing(ids, firm["agent_id"], most),
            "phone": sharing(ids, [phone_key(text) for text in firm["phone"]], most),
            "representative": sharing(ids, firm["representative_id"], most),
            "staff": sharing_people(paid["firm_id"], paid["person_id"], least, most),
        }
    )
    rows = [
        (member, group.name, len(group.members), ",".join(group.kinds)) for group in found for member in group.members
    ]
    names = ("firm_id", "lead_firm", "firms", "tied_by")
    return {name: [row[place] for row in rows] for place, name in enumerate(names)}
