"""Search (查询): one box for whatever a client reads out on the phone: who he is, what he has, what happened to his money.

When    a person of the custodian's has typed something; it is sent as a form and stands in no address, no log, no history
Does    what looks like a phone, an ID number, a card or a name is looked for by its blind index (said.py), and that is written down.
        References are looked for in every lane
Returns clients, with what tells them apart; groups of what else was found, each row with where it leads
Source  issue "People" 6
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

import msgspec
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_noop as _

from cunguan.desks.people.roles import AUDITOR, REGULATOR, STAFF
from cunguan.doors.persons.finding import MOST as MOST_FOUND
from cunguan.doors.portals.client import codes
from cunguan.doors.portals.custodian import cells, said
from cunguan.doors.portals.shell.gate import open_to
from cunguan.doors.portals.shell.reading import rows

MOST: Final = 200
_AMOUNT_AND_DAY: Final = re.compile(r"^([0-9][0-9,]*(?:\.[0-9]{1,2})?)\s+([0-9]{4}-[0-9]{2}-[0-9]{2})$")
_PLACE: Final = re.compile(r"^(?:([0-9]{1,6})[/:])?([0-9]{1,15})$")

#: what a found row is, in the order in which groups are shown; its words
GROUPS: Final[Mapping[str, str]] = {
    "holder": _("Client accounts"),
    "person": _("Persons"),
    "instruction": _("Instructions"),
    "payment": _("Payments to banks"),
    "bank_entry": _("Entries of bank statements"),
    "listing": _("Listings"),
    "card": _("Cards"),
    "mandate": _("Mandates"),
    "hold": _("Holds"),
    "suspense": _("Suspense"),
    "break": _("Breaks"),
    "posting": _("Postings of that amount"),
}


class Found(msgspec.Struct, frozen=True):
    """One thing that was found, and where it leads ("" where to nowhere)."""

    what: str
    lane: int
    name: str
    more: str
    href: str
    amount_minor: int | None = None


@open_to(STAFF, REGULATOR, AUDITOR)
def search(request: HttpRequest) -> HttpResponse:
    """Show the box, and what was found."""
    text = " ".join(request.POST.get("q", "").split())[:MOST]
    if not text:
        return render(request, "custodian/search.html", {"query": ""})
    who = said.of(request, text) if request.reader.is_staff else said.Said()
    found = [*_places(text), *_references(text)]
    groups = [
        (label, members)
        for what, label in GROUPS.items()
        if (members := unique([one for one in found if one.what == what]))
    ]
    is_empty = not (who.clients or (who.end and who.looked_at) or groups)
    context = {"query": text, "said": who, "most": MOST_FOUND, "groups": groups, "is_empty": is_empty}
    return render(request, "custodian/search.html", context)


def _places(text: str) -> list[Found]:
    """Return what an amount with its date, or a number of a receipt, may be."""
    if (amount := _AMOUNT_AND_DAY.match(text)) is not None:
        try:
            day = date.fromisoformat(amount[2])
        except ValueError:
            return []
        return _found(rows("console_find_amount", {"amount": minor_of(amount[1]), "day": day}))
    if (at := codes.read(text)) is not None:
        return _found(rows("console_find_sequence", {"lane": at.lane, "seq": at.seq}))
    if (place := _PLACE.match(text)) is not None and (lane := place[1]) is not None:
        return _found(rows("console_find_sequence", {"lane": int(lane), "seq": int(place[2])}))
    return []


def minor_of(text: str) -> int:
    """Return an amount in hundredths, as people write it.

    >>> minor_of("1,234.5"), minor_of("600")
    (123450, 60000)
    """
    whole, _, part = text.replace(",", "").partition(".")
    return int(whole) * 100 + int(part.ljust(2, "0") or 0)


def _references(text: str) -> list[Found]:
    return _found(rows("console_find", {"text": text}))


def _found(hits: Sequence[Mapping[str, Any]]) -> list[Found]:
    return [
        Found(
            row["what"],
            row["lane"],
            row["id"] or row["more"],
            cells.kind(row["more"]) if row["what"] in ("instruction", "posting") else str(row["more"] or ""),
            _href(row),
            row["amount_minor"],
        )
        for row in hits
    ]


def _href(row: Mapping[str, Any]) -> str:
    lane, name, seq = row["lane"], row["id"], row["seq"]
    by_name = {
        "holder": "custodian:holder",
        "payment": "custodian:payment",
        "listing": "custodian:listing",
        "suspense": "custodian:suspense",
        "break": "custodian:break",
    }
    if row["what"] == "person":
        return reverse("custodian:person", args=[name])
    if row["what"] in by_name and name:
        return reverse(by_name[row["what"]], args=[lane, name])
    if row["what"] == "card":
        return reverse("custodian:holder", args=[lane, row["more"]])
    if row["what"] == "bank_entry":
        return reverse("custodian:instruction", args=[lane, name]) if name and lane else ""
    return reverse("custodian:journal", args=[lane, seq]) if seq else ""


def unique(found: Sequence[Found]) -> list[Found]:
    """Return each thing once, in order."""
    return list({(one.what, one.lane, one.name, one.href): one for one in found}.values())
