"""Ladder (差错判定): which break a reference is whose sides do not agree: one, the first that is true.

Reads   units: one row a reference, or a line without one, with the sums of each side (`match.py`)
Shape   RUNGS: code, cause, the field that differs, what is at risk, and when it is so; from what is not there at all to
        what is only written differently
          at risk  there: the money that is spoken of; apart: what the sides are apart by; none: a matter of dates
Not     BRK14, BRK15, BRK17: sums of the books, files and the platform's duty, which no line shows
Units   age in days from the earliest line to the day
Source  domain.md (e.3)
"""

from collections.abc import Callable
from datetime import date
from typing import Any, Final

import ibis
import msgspec

from cunguan.reconciliation.lines import SIDES, Found

#: an exchange rounds by less than a minor unit a line
ROUNDED: Final = 1


class Rung(msgspec.Struct, frozen=True):
    """One way to be wrong."""

    code: str
    cause: str
    field: str
    at_risk: str
    when: Callable[[Any], Any]


RUNGS: Final = tuple(Rung(*row) for row in (
    # code    cause                  field           at risk  when
    ("BRK12", "charged_by_bank",     "",             "there", lambda u: u.is_unknown & (u.bank_kind == "charge")),
    ("BRK12", "interest_by_bank",    "",             "there", lambda u: u.is_unknown & (u.bank_kind == "interest")),
    ("BRK11", "returned_by_bank",    "",             "there", lambda u: u.is_unknown & (u.bank_kind == "return")),
    ("BRK10", "reversed_at_bank",    "",             "there", lambda u: u.is_unknown & (u.bank_kind == "reversal")),
    ("BRK08", "ledger_missed_it",    "",             "there", lambda u: u.is_unknown & u.has_platform & u.has_bank),
    ("BRK08", "unordered_debit",     "",             "there", lambda u: u.is_unknown & (u.bank_minor < 0)),
    ("BRK08", "unidentified_receipt", "",            "there", lambda u: u.is_unknown & u.has_bank),
    ("BRK02", "ordered_elsewhere",   "",             "there", lambda u: u.is_unknown),
    ("BRK03", "sides_differ",        "currency",     "there", lambda u: u.has_ledger & u.currency_apart),
    ("BRK11", "returned_by_bank",    "amount_minor", "apart", lambda u: u.bank_off & (u.bank_more == u.bank_returned)),
    ("BRK10", "reversed_at_bank",    "amount_minor", "apart", lambda u: u.bank_off & (u.bank_more == u.bank_reversed)),
    ("BRK10", "reversed_in_ledger",  "amount_minor", "apart", lambda u: u.bank_off & (-u.bank_more == u.ledger_reversed)),
    ("BRK12", "charged_by_bank",     "amount_minor", "apart", lambda u: u.bank_off & (u.bank_more == u.bank_charged)),
    ("BRK13", "rounded_apart",       "amount_minor", "apart", lambda u: u.bank_off & u.has_exchange & u.is_rounding),
    ("BRK05", "twice_in_ledger",     "amount_minor", "apart", lambda u: u.is_off & u.is_twice_in_ledger),
    ("BRK05", "twice_at_bank",       "amount_minor", "apart", lambda u: u.bank_off & u.is_twice_at_bank),
    ("BRK05", "twice_at_platform",   "amount_minor", "apart", lambda u: u.platform_off & u.is_twice_at_platform),
    ("BRK03", "platform_differs",    "amount_minor", "apart", lambda u: u.platform_off & u.has_bank & ~u.bank_off),
    ("BRK03", "bank_differs",        "amount_minor", "apart", lambda u: u.bank_off & u.has_platform & ~u.platform_off),
    ("BRK03", "ledger_differs",      "amount_minor", "apart", lambda u: u.is_off & (u.bank_minor == u.platform_minor)),
    ("BRK03", "sides_differ",        "amount_minor", "apart", lambda u: u.is_off),
    ("BRK08", "ledger_missed_it",    "",             "there", lambda u: u.has_ledger & u.has_bank & ~u.at_bank),
    ("BRK10", "reversed_in_ledger",  "",             "there", lambda u: u.lacks_bank & (u.ledger_kind == "reversal")),
    ("BRK09", "ledger_alone",        "",             "there", lambda u: u.lacks_bank & u.lacks_platform),
    ("BRK09", "in_transit",          "",             "there", lambda u: u.lacks_bank),
    ("BRK01", "callback_lost",       "",             "there", lambda u: u.lacks_platform),
    ("BRK07", "cut_off_between",     "booked_on",    "none",  lambda u: u.has_ledger & u.is_straddling),
    ("BRK04", "sides_differ",        "status",       "there", lambda u: u.has_ledger & u.status_apart),
    ("BRK06", "sides_differ",        "counterparty", "there", lambda u: u.has_ledger & u.counterparty_apart),
    ("BRK06", "sides_differ",        "listing",      "there", lambda u: u.has_ledger & u.listing_apart),
    ("BRK06", "sides_differ",        "account",      "there", lambda u: u.has_ledger & u.account_apart),
    ("BRK16", "sides_differ",        "value_on",     "none",  lambda u: u.has_ledger & u.value_on_apart),
))  # fmt: skip


def breaks(units: ibis.Table, answers: ibis.Table, day: date) -> ibis.Table:
    """Return what is wrong with each unit that is of the day or older."""
    seen = _seen(_sums(units.filter(units.since <= day), day), answers)
    whens = [rung.when(seen) for rung in RUNGS]
    of = {
        name: ibis.cases(*((when, getattr(rung, name)) for when, rung in zip(whens, RUNGS, strict=True)), else_="")
        for name in ("code", "cause", "field", "at_risk")
    }
    found = seen.mutate(**of)
    return _told(found.filter(found.code != ""), day)


def _sums(units: ibis.Table, day: date) -> ibis.Table:
    """Name what the ladder asks of a unit's own lines."""
    u = units.mutate(
        is_straddling=units.until > day,
        **{f"{side}_count": units[f"{side}_count"].fill_null(0) for side in SIDES},
        bank_more=units.bank_minor - units.ledger_minor,
        platform_more=units.platform_minor - units.ledger_minor,
    )
    u = u.mutate(bank_off=(u.bank_more != 0).fill_null(False), platform_off=(u.platform_more != 0).fill_null(False))
    return u.mutate(
        is_off=u.bank_off | u.platform_off,
        is_rounding=u.bank_more.abs() <= ROUNDED * (u.bank_count + u.ledger_count),
        is_twice_in_ledger=_is_twice(u, "ledger", "bank") | _is_twice(u, "ledger", "platform"),
        is_twice_at_bank=_is_twice(u, "bank", "ledger"),
        is_twice_at_platform=_is_twice(u, "platform", "ledger"),
    )


def _seen(units: ibis.Table, answers: ibis.Table) -> ibis.Table:
    """Add what the other units answered."""
    u = units.left_join(answers, ["reference", "itself"])
    found = {side: u[f"{side}_found"].fill_null(False) for side in SIDES}
    return u.mutate(
        lacks_bank=u.at_bank & ~u.has_bank & ~found["bank"],
        lacks_platform=u.at_platform & ~u.has_platform & ~found["platform"],
        is_unknown=~u.has_ledger & ~found["ledger"],
    )


def _is_twice(u: ibis.Table, side: str, other: str) -> ibis.Value:
    is_same = (u[f"{side}_least"] == u[f"{side}_most"]) & (u[f"{side}_most"] == u[f"{other}_most"])
    return (is_same & (u[f"{side}_count"] > u[f"{other}_count"])).fill_null(False)


# ── what is told ─────────────────────────────────────────────────────────────
def _told(found: ibis.Table, day: date) -> ibis.Table:
    there = found.ledger_minor.coalesce(found.bank_minor, found.platform_minor).abs()
    apart = ibis.greatest(found.bank_more.abs().fill_null(0), found.platform_more.abs().fill_null(0))
    told = found.mutate(
        age_days=ibis.literal(day).delta(found.since, unit="day").cast("int64"),
        at_risk_minor=ibis.cases((found.at_risk == "there", there), (found.at_risk == "apart", apart), else_=0),
        currency=_first(found, "currency"),
        account=_first(found, "account"),
        perhaps_side=found.perhaps_side.fill_null(""),
        **{f"{side}_said": _said(found, side) for side in SIDES},
    )
    return told.select(Found.__struct_fields__).order_by("code", "reference", *(f"{side}_line" for side in SIDES))


def _first(found: ibis.Table, name: str) -> ibis.Value:
    return ibis.coalesce(*(found[f"{side}_{name}"] for side in ("ledger", "bank", "platform")), "")


def _said(found: ibis.Table, side: str) -> ibis.Value:
    texts = ("currency", "account", "counterparty", "listing", "status", "value_on")
    said = ibis.cases(
        (found.field == "amount_minor", found[f"{side}_minor"].cast("string")),
        (found.field == "booked_on", found[f"{side}_day"].cast("string")),
        *((found.field == name, found[f"{side}_{name}"]) for name in texts),
        else_="",
    )
    return said.fill_null("")
