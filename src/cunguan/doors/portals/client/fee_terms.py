"""Fee terms (费用说明): what a client agreed to pay for what, and what one act costs him, before he does it.

Shape   Consent: one version of a schedule and how he stands to it. `quote`: the fee of one item, by the same rule that charges it
Source  domain-decisions.md 11, 25
"""

from datetime import date
from typing import Any

import msgspec
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cunguan.doors.api import sql
from cunguan.doors.portals.client.mine import Mine
from cunguan.doors.portals.shell import reading
from cunguan.doors.portals.shell.house import house
from cunguan.kernel.codes import Code
from cunguan.kernel.money import format_minor
from cunguan.kernel.rows import FeeConsent, FeeItem, FeeSchedule
from cunguan.operations.fee_versions import notice_until
from cunguan.operations.fees import charge

#: the item that withdrawals from this portal are charged by, where the platform's profile names no other
WITHDRAWAL = "withdrawal_fee"

ITEMS: dict[str, Promise] = {
    WITHDRAWAL: _("Withdrawal"),
    "platform_fee": _("Service of the platform"),
    "borrowing": _("Borrowing"),
    "assignment": _("Sale of a claim"),
}


class Terms(msgspec.Struct, frozen=True):
    """One version of a schedule; `from_date` is the first day it may be confirmed."""

    schedule: str
    version: int
    published_date: date
    from_date: date
    items: tuple[FeeItem, ...]
    state: str
    is_confirmed: bool
    confirmed_version: int
    may_confirm: bool
    lines: list[tuple[str, str]]


class Quote(msgspec.Struct, frozen=True):
    """What one act costs: the fee, and the schedule and item it is charged by ("" where none is)."""

    fee_minor: int
    schedule: str
    item: str


FREE = Quote(0, "", "")


def rows_of(mine: Mine) -> list[dict[str, Any]]:
    """Return the versions that concern an account, as they are stored."""
    return reading.rows("client_fees", {"lane": mine.lane, "holder": mine.holder})


def terms(mine: Mine) -> list[Terms]:
    """Return the versions that concern an account, in words."""
    return [_terms(row, mine) for row in rows_of(mine)]


def _terms(row: dict[str, Any], mine: Mine) -> Terms:
    schedule = _schedule(row)
    confirmed = row["confirmed_version"] or 0
    from_date = notice_until(schedule, mine.pack)
    may = schedule.state in ("announced", "in_force") and confirmed < schedule.version
    return Terms(
        schedule.schedule, schedule.version, schedule.published_date, from_date, schedule.items, schedule.state,
        confirmed == schedule.version, confirmed, may and mine.business_date >= from_date and mine.state == "active",
        [(item_word(one.item), said(one, mine.currency)) for one in schedule.items],
    )  # fmt: skip


def worded(items: list[dict[str, Any]], currency: str) -> list[tuple[str, str]]:
    """Return the lines of a schedule, as they are stored, in words."""
    read = msgspec.convert(items, list[FeeItem])
    return [(item_word(one.item), said(one, currency)) for one in read]


def _schedule(row: dict[str, Any]) -> FeeSchedule:
    name, version = row["schedule"], row["version"]
    items = row["items"]
    if isinstance(items, str | bytes):
        items = msgspec.json.decode(items)
    return FeeSchedule(
        f"{name}:{version}",
        name,
        version,
        row["published_date"],
        msgspec.convert(items, tuple[FeeItem, ...]),
        row["state"],
    )


def of_withdrawal(mine: Mine, amount_minor: int) -> Quote:
    """Return what a withdrawal costs: by the item that the platform's profile names, as at its gateway; else by its usual name."""
    profile = house().call(sql.row, "lanmao_profile_of", {"lane": mine.lane}) or {}
    named = (profile.get("withdrawal_fee_item", ""), profile.get("fee_schedule", ""))
    for item, schedule in (named, (WITHDRAWAL, "")):
        found = quote(mine, item, amount_minor, schedule) if item else FREE
        if found.item:
            return found
    return FREE


def quote(mine: Mine, item: str, amount_minor: int, schedule_name: str = "") -> Quote:
    """Return what an act of an amount costs by what he confirmed, of one schedule or any; nothing where he confirmed no such item."""
    for row in rows_of(mine):
        if schedule_name and row["schedule"] != schedule_name:
            continue
        if row["confirmed_version"] != row["version"] or row["consent_state"] != "active":
            continue
        schedule = _schedule(row)
        if not any(one.item == item for one in schedule.items):
            continue
        consent = FeeConsent(
            f"{mine.holder}:{schedule.schedule}", mine.holder, schedule.schedule, schedule.version, row["authority"], row["month"],
            row["used_month_minor"], "active",
        )  # fmt: skip
        found = charge(schedule, consent, item, amount_minor, mine.business_date)
        assert not isinstance(found, Code), "the item is there, and confirmed"
        return Quote(found.fee_minor, schedule.schedule, item)
    return FREE


def item_word(name: str) -> str:
    """Return what an item is called."""
    return str(ITEMS[name]) if name in ITEMS else name


def said(item: FeeItem, currency: str) -> str:
    """Return one line of a schedule in words."""
    money = {"fixed": item.fixed_minor, "cap": item.cap_minor, "month": item.month_cap_minor}
    shown = {name: f"{format_minor(minor, currency)} {currency}" for name, minor in money.items()}
    parts = []
    if item.rate_bp:
        whole, rest = divmod(item.rate_bp, 100)
        rate = f"{whole}.{rest:02}".rstrip("0").rstrip(".")
        parts.append(gettext("%(rate)s %% of the amount") % {"rate": rate})
    if item.fixed_minor:
        parts.append(gettext("%(amount)s each time") % {"amount": shown["fixed"]})
    if not parts:
        parts.append(gettext("free of charge"))
    if item.cap_minor:
        parts.append(gettext("at most %(amount)s each time") % {"amount": shown["cap"]})
    if item.month_cap_minor:
        parts.append(gettext("at most %(amount)s a month") % {"amount": shown["month"]})
    return gettext(", ").join(parts)
