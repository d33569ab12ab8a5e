"""Lines (审批要点): a proposal as people read it before they sign: label and value, in the reader's language.

Shape   the same lines stand on the page, in the text that the passkey signs, and in the comparison of two versions; the last one is
        the fingerprint of the canonical bytes, so that whatever the words, the bytes are what is signed
"""

import types
import typing
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import msgspec
from django.db import connection
from django.utils.translation import pgettext

from cunguan.desks.approvals import words
from cunguan.desks.approvals.kinds import kind_of
from cunguan.desks.approvals.models import MAKER, Version
from cunguan.desks.approvals.subject import currency_of
from cunguan.desks.approvals.text import Text, read
from cunguan.kernel.currency import EXPONENT
from cunguan.kernel.money import format_minor

Line = tuple[str, str]


def lines(version: Version, *, side: str = "") -> list[Line]:
    """Return what is read; with a side also as what one signs."""
    text = read(bytes(version.canonical))
    found = [
        (pgettext("approval", "What is asked for"), words.title(text.kind)),
        (pgettext("approval", "Place"), place(text.lane)),
        *_amount(text),
    ]
    found += fields(text.kind, text.body, text.currency or _currency(text))
    found += [
        (pgettext("approval", "Why it is asked for"), text.why),
        *([(pgettext("approval", "Evidence"), text.evidence)] if text.evidence else []),
    ]
    found += [
        (pgettext("approval", "Asked for by"), text.maker), (pgettext("approval", "Checkers needed"), str(text.quorum)),
        (pgettext("approval", "Proposal"), text.id), (pgettext("approval", "Version"), str(text.version)),
        (pgettext("approval", "Fingerprint"), version.digest),
    ]  # fmt: skip
    if side:
        as_what = (
            pgettext("approval", "Maker: I ask for this")
            if side == MAKER
            else pgettext("approval", "Checker: I have looked at this and agree")
        )
        found.append((pgettext("approval", "You sign as"), as_what))
    return found


def _currency(text: Text) -> str:
    """Return the currency of what moves nothing and names amounts still, as a fee schedule does."""
    return currency_of(text.lane, text.body) if b"_minor" in text.canonical() else ""


def _amount(text: Text) -> list[Line]:
    if text.amount_minor is None:
        return []
    return [(pgettext("approval", "Amount"), money(text.amount_minor, text.currency))]


def place(lane: int, names: Mapping[int, str] | None = None) -> str:
    """Return whose books; `names` are those of all lanes, where the caller has read them."""
    if lane == 0:
        return pgettext("approval", "The custodian's own books")
    return pgettext("approval", "Lane {lane}: {platform}").format(
        lane=lane, platform=(platforms() if names is None else names).get(lane, "")
    )


def platforms() -> dict[int, str]:
    """Return the platform of each lane."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT lane, platform FROM lane_day WHERE lane > 0 ORDER BY lane")
        return dict(cursor.fetchall())


def fields(kind: str, body: Mapping[str, Any], currency: str) -> list[Line]:
    """Return the fields of a message, those that say nothing left out."""
    known = {field.name: field.type for field in msgspec.structs.fields(kind_of(kind).body)}
    return [line for name, value in body.items() for line in _field(name, known.get(name, str), value, currency)]


def _field(name: str, kind: Any, value: Any, currency: str) -> Iterator[Line]:
    if value in (None, "", [], ()):
        return
    if isinstance(value, Sequence) and not isinstance(value, str):
        for number, one in enumerate(value, 1):
            yield f"{words.label(name)} {number}", _row(one, typing.get_args(kind)[:1], currency)
        return
    yield words.label(name), shown(name, kind, value, currency)


def _row(one: Any, of: tuple[Any, ...], currency: str) -> str:
    if not isinstance(one, Mapping):
        return str(one)
    whose = getattr(of[0], "__name__", "") if of else ""
    said = (
        (words.label(name, whose), shown(name, str, value, currency))
        for name, value in one.items()
        if value not in (None, "")
    )
    return " · ".join(f"{label} {value}" for label, value in said)


def shown(name: str, kind: Any, value: Any, currency: str) -> str:
    """Return one value as people read it."""
    if isinstance(value, bool):
        return words.choice("yes" if value else "no")
    if name.endswith("_minor") and isinstance(value, int):
        return money(value, currency)
    if choices(kind) or name == "role":
        return words.choice(str(value))
    return value.isoformat() if isinstance(value, date) else str(value)


def choices(kind: Any) -> tuple[str, ...]:
    """Return what a field may be, where it is one of several."""
    return typing.get_args(kind) if typing.get_origin(kind) is typing.Literal else ()


def money(minor: int, currency: str) -> str:
    """Return an amount with its currency; where that is not known, as the smallest units."""
    return f"{format_minor(minor, currency)} {currency}" if currency in EXPONENT else str(minor)


def plain(kind: Any) -> tuple[Any, bool]:
    """Return a field's type without None, and whether None may stand there."""
    if isinstance(kind, types.UnionType) or typing.get_origin(kind) is typing.Union:
        rest = [one for one in typing.get_args(kind) if one is not type(None)]
        return rest[0], True
    return kind, False


def differences(before: Version, after: Version) -> list[tuple[str, str, str]]:
    """Return what an edit changed: label, before, after."""
    old, new = dict(_compared(before)), dict(_compared(after))
    return [
        (label, old.get(label, "–"), new.get(label, "–"))
        for label in dict.fromkeys([*old, *new])
        if old.get(label) != new.get(label)
    ]


def _compared(version: Version) -> list[Line]:
    passing = {pgettext("approval", "Version"), pgettext("approval", "Fingerprint")}
    return [line for line in lines(version) if line[0] not in passing]
