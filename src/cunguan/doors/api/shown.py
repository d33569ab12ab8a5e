"""Shown (确认内容): what a client reads before he confirms: every field of the instruction, in his words.

When    the client's page is made, and a platform is told what its client will see
Reads   the request, the platform's name, the fee by the schedule version the client confirmed
Shape   View: title, what it means, and rows of (label, value) in both languages. Nothing of the body is left out but what is
        empty: the client's key signs the authority's text, and he has seen all that is done under it
Units   amounts in the currency's own form, rates in per cent a year
Source  domain-decisions.md 11, 21
"""

import hashlib
from base64 import b64decode
from collections.abc import Iterator
from typing import Any

import msgspec

from cunguan.doors.api import sql
from cunguan.doors.api.authorisations import Authorisation
from cunguan.doors.api.context import Context
from cunguan.doors.api.shown_words import FIELDS, ITEMS, LANGUAGES, MEANS, OF_VALUES, PAGE, TITLES, VALUES, Pair
from cunguan.doors.api.shown_words import of as word
from cunguan.doors.persons.payees import asked_who
from cunguan.kernel.money import format_minor
from cunguan.kernel.rows import FeeItem
from cunguan.operations.authority import fee_of

__all__ = ["LANGUAGES", "View", "lines", "of", "rows"]

#: what a fee is taken on, by kind
FEE_BASE = {"withdrawal": "amount_minor", "listing_registration": "amount_minor", "claim_purchase": "price_minor"}


#: fields in which nothing means that there is no limit
LIMITS = ("each_minor", "day_minor")


class View(msgspec.Struct, frozen=True):
    """What a page shows of a request: `is_sandbox` of the platform; `fee_minor` is None where none is taken or none is known;
    `payee` is "" where the custodian was not told who he is."""

    kind: str
    platform: str
    is_sandbox: bool
    currency: str
    body: dict[str, Any]
    fee_minor: int | None
    items: tuple[FeeItem, ...]
    payee: str = ""


async def of(context: Context, request: Authorisation) -> View:
    """Return what is shown of a request."""
    body = msgspec.json.decode(request.body)
    platform = await sql.row(context, "platform_of_lane", {"lane": request.lane})
    name, is_sandbox = (str(platform["id"]), bool(platform["sandbox"])) if platform else ("", False)
    items = await _items(context, request, body)
    return View(
        request.kind, name, is_sandbox, request.currency, body, _fee(request.kind, body, items),
        items if request.kind == "fee_consent" else (), await _payee(context, str(body.get("payee_hash", ""))),
    )  # fmt: skip


async def _payee(context: Context, payee_hash: str) -> str:
    """Return whom a payee's hash means, as far as a page shows it; "" where his details were not brought."""
    payee = await asked_who(context, payee_hash)
    return f"{payee.name}, {payee.shown}" if payee is not None else ""


def title(view: View, language: str) -> str:
    """Return what is asked, in a few words."""
    return word(TITLES[view.kind], language)


def means(view: View, language: str) -> str:
    """Return what it means for the client."""
    return word(MEANS[view.kind], language)


def rows(view: View, language: str) -> Iterator[tuple[str, str]]:
    """Yield label and value of everything that is asked."""
    if view.payee:
        yield word(PAGE["payee"], language), view.payee
    for name, value in view.body.items():
        if value or (value == 0 and name in ("amount_minor", *LIMITS)):
            yield word(FIELDS[name], language), _value(name, value, view.currency, language)
    if view.fee_minor is not None:
        yield word(FIELDS["fee"], language), money(view.fee_minor, view.currency)
    for item in view.items:
        yield item_word(item.item, language), _terms(item, view.currency, language)


def lines(view: View, language: str) -> list[str]:
    """Return the same as plain text."""
    return [
        title(view, language), *(f"{label}: {value}" for label, value in rows(view, language)), means(view, language)
    ]  # fmt: skip


# ── values in words ──────────────────────────────────────────────────────────
def _value(name: str, value: Any, currency: str, language: str) -> str:
    if value is True:
        return word(PAGE["yes"], language)
    if value == 0 and name in LIMITS:
        return word(PAGE["no_limit"], language)
    if name == "fee_item":
        return item_word(value, language)
    if name == "public_key":
        return fingerprint(value)
    if name.endswith("_minor"):
        return money(value, currency)
    if name.endswith("_e6"):
        return percent(value)
    if isinstance(value, list):
        return "; ".join(" ".join(_value(key, part, currency, language) for key, part in one.items()) for one in value)
    return word(VALUES.get(value, (value, value)), language) if name in OF_VALUES else str(value)


def money(minor: int, currency: str) -> str:
    """Return an amount with its currency."""
    return f"{currency} {format_minor(minor, currency)}"


def percent(rate_e6: int) -> str:
    """Return a rate as people write it.

    >>> percent(96_000), percent(182_500), percent(60_000), percent(1)
    ('9.6 %', '18.25 %', '6 %', '0.0001 %')
    """
    whole, rest = divmod(rate_e6, 10_000)
    decimals = f"{rest:04}".rstrip("0")
    return f"{whole}.{decimals} %" if decimals else f"{whole} %"


def fingerprint(public_key: str) -> str:
    """Return what people compare of a key: the beginning of its hash, in groups.

    >>> fingerprint("AAAA")
    '709e 80c8 8487 a241'
    """
    digest = hashlib.sha256(b64decode(public_key)).hexdigest()[:16]
    return " ".join(digest[n : n + 4] for n in range(0, 16, 4))


def item_word(item: str, language: str) -> str:
    """Return what a line of a fee schedule is called."""
    return word(ITEMS.get(item, (item, item)), language)


TERMS: dict[str, Pair] = {
    "rate": ("{} of the amount", "按金额的 {}"),
    "fixed": ("{} each time", "每次 {}"),
    "cap": ("at most {} each time", "每次最高 {}"),
    "month": ("at most {} a month", "每月最高 {}"),
}


def _terms(item: FeeItem, currency: str, language: str) -> str:
    told = {
        "rate": percent(item.rate_bp * 100) if item.rate_bp else "",
        "fixed": money(item.fixed_minor, currency) if item.fixed_minor else "",
        "cap": money(item.cap_minor, currency) if item.cap_minor else "",
        "month": money(item.month_cap_minor, currency) if item.month_cap_minor else "",
    }
    return "; ".join(word(TERMS[name], language).format(text) for name, text in told.items() if text)


# ── fees ─────────────────────────────────────────────────────────────────────
def _fee(kind: str, body: dict[str, Any], items: tuple[FeeItem, ...]) -> int | None:
    base = FEE_BASE.get(kind)
    found = [one for one in items if one.item == body.get("fee_item")]
    return fee_of(found[0], body[base]) if base and found else None


async def _items(context: Context, request: Authorisation, body: dict[str, Any]) -> tuple[FeeItem, ...]:
    """Return the lines of the schedule that is asked about, or that the client agreed to before."""
    if request.kind == "fee_consent":
        values = {"lane": request.lane, "id": f"{body['schedule']}:{body['version']}"}
        row = await sql.row(context, "fee_schedule_items", values)
    elif body.get("fee_item"):
        values = {"lane": request.lane, "id": f"{request.owner}:{body['fee_schedule']}"}
        row = await sql.row(context, "fee_consented_items", values)
    else:
        row = None
    return () if row is None else msgspec.convert(row["items"], tuple[FeeItem, ...])
