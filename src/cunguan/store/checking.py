"""Checking (对账取数): the rows of a check file: a lane's orders, balances, listings and claims at the end of a business date.

When    a date is over in the books; whenever that is, for what is read is append-only, as of the date's last sequence
Returns rows of formats/checkfile.py, and records of formats/lanmao.py. One kind is in memory at a time
Shape   each statement is of some hundred subjects or a few thousand sequences, so that none takes as long as a snapshot may
Source  design/lanes.md 16 and 21; domain.md (e.1) R3 and R4
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta, tzinfo
from typing import Any

import msgspec

from cunguan.formats.checkfile import Balance, ClaimLine, ListingLine, Order
from cunguan.formats.lanmao import decimal
from cunguan.kernel.canonical import key16
from cunguan.kernel.codes import Code
from cunguan.reconciliation.orders import BY_LISTING, BY_POSTINGS, ORDERS, parties
from cunguan.store.history import History

SEQUENCES_AT_ONCE, HOLDERS_AT_ONCE, LISTINGS_AT_ONCE = 2_000, 400, 200

_DAY = timedelta(days=1)

#: what is set aside for a purpose, or on its way: what a body without an amount moves is taken from there
OF_HOLDS = ("2020", "2125", "2030")

#: states in which a listing has been lent as a whole, and those in which nothing stands open for it any more
LENT, ENDED = frozenset({"disbursed", "repaid"}), frozenset({"repaid", "failed"})


class Span(msgspec.Struct, frozen=True):
    """A business date of a lane, and its sequences."""

    lane: int
    day: date
    first: int
    last: int

    def chunks(self) -> Iterator[tuple[int, int]]:
        """Yield its sequences in ranges that one statement may read."""
        for first in range(self.first, self.last + 1, SEQUENCES_AT_ONCE):
            yield first, min(first + SEQUENCES_AT_ONCE - 1, self.last)


def missing(history: History, lane: int, today: date) -> list[Span]:
    """Return the dates that are over since the last one whose files are issued; in a lane that never had any, the last."""
    ((issued, over),) = history.ask("check_newest", lane=lane, today=today)
    if over is None:
        return []
    return between(history, lane, over - _DAY if issued is None else issued, today)


def between(history: History, lane: int, after: date, before: date) -> list[Span]:
    """Return the dates after one and before another that have business and no files yet."""
    found = history.ask("check_dates", lane=lane, after=after, before=before)
    return [Span(lane, day, first, last) for day, first, last, is_issued in found if not is_issued]


# ── orders ───────────────────────────────────────────────────────────────────
def orders(history: History, span: Span) -> Iterator[Order]:
    """Yield the orders of a date."""
    for first, last in span.chunks():
        yield from _orders(history, span.lane, _asked(history, "check_orders", lane=span.lane, first=first, last=last))


def orders_named(history: History, lane: int, ids: Sequence[str]) -> dict[str, Order]:
    """Return the orders of some ids, whatever their date."""
    found: dict[str, Order] = {}
    for place in range(0, len(ids), LISTINGS_AT_ONCE):
        keys = [key16(one) for one in ids[place : place + LISTINGS_AT_ONCE]]
        rows = _asked(history, "check_orders_named", lane=lane, keys=keys)
        found.update({order.id: order for order in _orders(history, lane, rows)})
    return found


def _asked(history: History, name: str, **of: object) -> list[Any]:
    return history.ask(name, kinds=list(ORDERS), posted=[*BY_POSTINGS, *BY_LISTING], of_holds=list(OF_HOLDS), **of)


def _orders(history: History, lane: int, rows: list[Any]) -> Iterator[Order]:
    bodies = [msgspec.json.decode(row[5]) for row in rows]
    listings = {body["listing"] for row, body in zip(rows, bodies, strict=True) if row[2] in BY_LISTING}
    amounts = dict(history.ask("check_amounts", lane=lane, ids=sorted(listings))) if listings else {}
    said = [
        parties(row[2], body, row[6] or amounts.get(body.get("listing"), 0))
        for row, body in zip(rows, bodies, strict=True)
    ]
    currencies = _currencies(history, lane, {name for one in said for name in (one.payer, one.payee)})
    for (seq, name, kind, state, code, _, _), one in zip(rows, said, strict=True):
        currency = currencies.get(one.payer) or currencies.get(one.payee) or currencies[""]
        yield Order(
            name, kind, state, one.amount_minor, currency, one.payer, one.payee, one.listing, seq, Code(code).name
        )


def _currencies(history: History, lane: int, names: set[str]) -> dict[str, str]:
    """Return the currencies of some holders; under "" that of the lane's first pool, for orders that name none."""
    pools = history.ask("check_pools", lane=lane)
    found = {"": pools[0][1] if pools else ""}
    if len({currency for _, currency in pools}) > 1:
        found.update(history.ask("check_currencies", lane=lane, ids=sorted(names)))
    return found


# ── what stands at the end of the date ───────────────────────────────────────
def balances(history: History, span: Span) -> Iterator[Balance]:
    """Yield what each client has who has anything."""
    after = ""
    while page := history.ask("check_balances", lane=span.lane, after=after, limit=HOLDERS_AT_ONCE, seq=span.last):
        for holder, currency, five in page:
            if any(five):
                yield Balance(holder, currency, sum(five), *five)
        after = page[-1][0]


class Loans(msgspec.Struct, frozen=True):
    """Listings and claims, which are read together: what is repaid of a listing is what is left of its claims."""

    listings: list[ListingLine]
    claims: list[ClaimLine]


def loans(history: History, span: Span) -> Loans:
    """Return the listings that had not ended before the date, and their claims."""
    found, after = Loans([], []), ""
    while page := history.ask("check_listings", lane=span.lane, after=after, limit=LISTINGS_AT_ONCE, seq=span.last):
        _loans(history, span, [row for row in page if row[3] <= span.last and not _was_over(row, span)], found)
        after = page[-1][0]
    return found


def _was_over(row: Any, span: Span) -> bool:
    return row[4] in ENDED and row[5] < span.first


def _loans(history: History, span: Span, rows: list[Any], found: Loans) -> None:
    of = {"lane": span.lane, "seq": span.last}
    held = dict(history.ask("check_held", ids=[row[0] for row in rows if row[4] not in LENT | ENDED], **of))
    left: dict[str, int] = {}
    for claim, listing, holder, principal_minor in history.ask("check_claims", ids=[row[0] for row in rows], **of):
        left[listing] = left.get(listing, 0) + principal_minor
        if principal_minor:
            found.claims.append(ClaimLine(claim, listing, holder, principal_minor))
    for listing, borrower, amount_minor, _, state, _, whole_minor in rows:
        lent_minor = whole_minor if state in LENT else left.get(listing, 0)
        raised_minor = lent_minor + held.get(listing, 0)
        repaid_minor = lent_minor - left.get(listing, 0)
        found.listings.append(
            ListingLine(listing, borrower, state, amount_minor, raised_minor, lent_minor, repaid_minor)
        )


# ── Lanmao's family ──────────────────────────────────────────────────────────
#: kind -> what that family calls it
TRADES = {
    "disbursement": "TENDER", "repayment": "REPAYMENT", "compensation": "COMPENSATORY",
    "guarantor_repayment": "COMPENSATORY_REPAYMENT", "claim_purchase": "CREDIT_ASSIGNMENT", "red_packet": "MARKETING",
    "interest_top_up": "INTEREST",
}  # fmt: skip
CLIENT = frozenset({"2010", "2015", "2020"})
Record = dict[str, str]


def lanmao(history: History, span: Span, platform: str, zone: tzinfo) -> dict[str, list[Record]]:
    """Return the records of the five types, one a posting that their reader would look for."""
    found: dict[str, list[Record]] = {}
    for first, last in span.chunks():
        rows = history.ask("check_postings", lane=span.lane, first=first, last=last)
        runs = _runs(history, span.lane, rows)
        for row in rows:
            typed = _record(row, platform, zone, runs)
            if typed is not None:
                found.setdefault(typed[0], []).append(typed[1])
    return found


def _runs(history: History, lane: int, rows: list[Any]) -> dict[str, tuple[str, str]]:
    ids = sorted({msgspec.json.decode(row[5])["run"] for row in rows if row[4] == "run_step"})
    found = history.ask("check_runs", lane=lane, ids=ids) if ids else []
    return {name: (kind, listing) for name, kind, listing in found}


def _record(row: Any, platform: str, zone: tzinfo, runs: dict[str, tuple[str, str]]) -> tuple[str, Record] | None:
    seq, line, at, name, kind, raw, debit, payer, credit, payee, amount_minor, currency = row
    body = msgspec.json.decode(raw)
    kind, listing = runs.get(body.get("run", ""), (kind, body.get("listing", "")))
    amount = decimal(amount_minor, currency)
    record = {
        "time": _time(at, zone), "member": platform, "requestNo": name, "serial": f"{seq}-{line}", "amount": amount, "ccy": currency,
    }  # fmt: skip
    if debit in ("1010", "2015") and credit == "2010":
        return "RECHARGE", record | {
            "opType": "RECHARGE",
            "platformUserNo": payee,
            "initiatorId": payee,
            "arrivedAmount": amount,
        }
    if credit == "2030" or (debit == "2030" and credit == "1010"):
        owner, status = (payee, "ACCEPT") if credit == "2030" else (payer, "SUCCESS")
        arrived = amount if status == "SUCCESS" else ""
        return "WITHDRAW", record | {
            "opType": "WITHDRAW", "platformUserNo": owner, "initiatorId": owner, "arrivedAmount": arrived, "status": status,
        }  # fmt: skip
    if credit == "2010" and debit in ("2030", "2220"):
        back = "INTERCEPT" if kind in ("withdrawal_cancel", "withdrawal_intercept") else "REMITFAIL"
        return "BACKROLL_RECHARGE", record | {
            "opType": "BACKROLL_RECHARGE", "platformUserNo": payee, "initiatorId": payee, "rollbackType": back,
            "withdrawRequestNo": str(body.get("withdrawal", "")),
        }  # fmt: skip
    if credit == "2110" and debit in CLIENT:
        return "COMMISSION", record | {
            "opType": "COMMISSION", "payerPlatformUserNo": payer, "payeePlatformUserNo": platform, "projectNo": listing,
        }  # fmt: skip
    if credit == "2010" and payer != payee and (debit in CLIENT or debit in ("2120", "2125", "2130")):
        return "TRANSACTION", record | {
            "opType": TRADES.get(kind, kind.upper()), "payerId": payer, "payerUserNo": payer, "payeeId": payee,
            "payeeUserNo": payee, "projectNo": listing, "originalRequestNo": name,
        }  # fmt: skip
    return None


def _time(at: datetime, zone: tzinfo) -> str:
    return f"{at.astimezone(zone):%Y%m%d%H%M%S}"
