"""Search (查询): one box for whatever a client reads out on the phone: who he is, what he has, what happened to his money.

When    a person of the custodian's has typed something; it is sent as a form and stands in no address, no log, no history
Does    what looks like a phone, an ID number or a card is looked for by its blind index, whole; each such search is written down, by
        its kind and the number found, never by what was searched for. References are looked for in every lane
Returns groups of what was found, each row with where it leads
Source  keys/blind.py; issue "People" 6
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

import msgspec
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_noop as _

from cunguan.desks.people.roles import AUDITOR, REGULATOR, STAFF
from cunguan.doors.portals.client import codes
from cunguan.doors.portals.custodian import cells
from cunguan.doors.portals.custodian.clients import with_persons
from cunguan.doors.portals.shell.gate import open_to
from cunguan.doors.portals.shell.house import house
from cunguan.doors.portals.shell.reading import rows
from cunguan.keys.blind import CARD_NUMBER, ID_NUMBER, PHONE
from cunguan.store.sqlfiles import statement

MOST: Final = 200
_AMOUNT_AND_DAY: Final = re.compile(r"^([0-9][0-9,]*(?:\.[0-9]{1,2})?)\s+([0-9]{4}-[0-9]{2}-[0-9]{2})$")
_PLACE: Final = re.compile(r"^(?:([0-9]{1,6})[/:])?([0-9]{1,15})$")
_PHONE: Final = re.compile(r"^\+?[0-9]{7,15}$")
_ID: Final = re.compile(r"^[0-9]{17}[0-9Xx]$|^[0-9A-HJ-NP-RT-UW-Y]{18}$|^[A-Z]{1,2}[0-9]{7,9}$")
_CARD: Final = re.compile(r"^[0-9]{12,19}$")

#: what a found row is, in the order in which groups are shown; its words
GROUPS: Final[Mapping[str, str]] = {
    "client": _("Clients"),
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
    kinds = personal(text) if request.reader.is_staff else ()
    found = [*_clients(request, text, kinds), *_places(text), *_references(text)]
    groups = [
        (label, members)
        for what, label in GROUPS.items()
        if (members := unique([one for one in found if one.what == what]))
    ]
    return render(request, "custodian/search.html", {"query": text, "groups": groups, "kinds": kinds, "asked": True})


def personal(text: str) -> tuple[str, ...]:
    """Return which kinds of personal data a text may be.

    >>> personal("138 0000 1234"), personal("11010519491231002X"), personal("6222021001010001"), personal("W-17")
    (('phone',), ('id_number',), ('card_number',), ())
    """
    plain = text.replace(" ", "").replace("-", "")
    kinds = ((PHONE, _PHONE), (ID_NUMBER, _ID), (CARD_NUMBER, _CARD))
    found = tuple(kind for kind, form in kinds if form.match(plain.upper() if kind == ID_NUMBER else plain))
    return found if len(text) >= 7 else ()


def _clients(request: HttpRequest, text: str, kinds: Sequence[str]) -> list[Found]:
    """Look for clients by personal data, in every lane; write each search down."""
    if not kinds:
        return []
    lanes = [row["lane"] for row in rows("lanes_of_platforms", {})]
    found: list[tuple[int, str]] = []
    for kind in kinds:
        hits = house().call(with_persons, lambda persons, kind=kind: persons.find(lanes, kind, text))
        _note(request, kind, len(hits))
        found += hits
    if not found:
        return []
    given = {"lanes": [lane for lane, _ in found], "persons": [person for _, person in found]}
    return [
        Found(
            "client",
            row["lane"],
            row["person"],
            " · ".join(filter(None, (row["platform"], row["id"]))),
            reverse("custodian:person", args=[row["person"]]),
        )
        for row in rows("console_find_clients", given)
    ]


def _note(request: HttpRequest, kind: str, count: int) -> None:
    given = {
        "at": house().context.clock.now(),
        "by_whom": f"staff {request.reader.reference}",
        "what": kind,
        "found": count,
    }
    with connection.cursor() as cursor:
        cursor.execute(statement("console_search_add"), given)


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
