"""T-accounts (丁字账): what one listing did to every account it touched, from the first bid to the last repayment.

Reads   the journals of the instructions that name the listing or one of its holds
Shape   Side: one entry, the sum of one journal on one side of one account; TAccount: debits and credits, in order
Units   minor units; only this listing's postings, so the two sides need not be the account's balance
"""

from datetime import date
from typing import Any, Final

import msgspec

from cunguan.doors.demo import words
from cunguan.doors.demo.books import BooksReader

_POSTINGS: Final = """
    WITH asked AS (
        SELECT seq, kind, convert_from(body, 'UTF8')::jsonb AS body FROM instruction
        WHERE lane = %(lane)s AND state = 'done'
          AND kind IN ('bid_hold', 'bid_cancel', 'raise_failure', 'disbursement', 'repayment')
    )
    SELECT a.seq, a.kind, a.body->>'plan_row', b.business_date, p.amount_minor, d.code, d.owner, c.code, c.owner
    FROM asked a
    JOIN posting p ON p.lane = %(lane)s AND p.seq = a.seq
    JOIN batch b ON b.lane = %(lane)s AND a.seq BETWEEN b.first_seq AND b.last_seq
    JOIN account d ON d.lane = %(lane)s AND d.account = p.debit_account
    JOIN account c ON c.lane = %(lane)s AND c.account = p.credit_account
    WHERE a.body->>'listing' = %(listing)s
       OR a.body->>'hold' IN (SELECT id FROM hold WHERE lane = %(lane)s AND listing = %(listing)s)
    ORDER BY p.seq, p.line"""


class Side(msgspec.Struct):
    """One entry."""

    seq: int
    day: date
    what: str
    amount_minor: int


class TAccount(msgspec.Struct):
    """One account: what was debited, what was credited."""

    code: str
    owner: str
    debits: list[Side]
    credits: list[Side]


def t_accounts(books: BooksReader, lane: int, listing: str) -> list[TAccount]:
    """Return the accounts a listing touched, by code of the chart and owner."""
    found: dict[tuple[str, str], TAccount] = {}
    for seq, kind, row, day, amount_minor, *sides in books.ask(_POSTINGS, {"lane": lane, "listing": listing}):
        debit, credit = (sides[0], sides[1]), (sides[2], sides[3])
        what = words.FEE if credit[0] == "2110" else _event(kind, row)
        _add(_account(found, debit).debits, Side(seq, day, what, amount_minor))
        _add(_account(found, credit).credits, Side(seq, day, what, amount_minor))
    return [found[key] for key in sorted(found)]


def _account(found: dict[tuple[str, str], TAccount], key: tuple[str, str]) -> TAccount:
    return found.setdefault(key, TAccount(*key, [], []))


def _add(entries: list[Side], side: Side) -> None:
    """Add to the entry of the same journal, or begin a new one."""
    if entries and (entries[-1].seq, entries[-1].what) == (side.seq, side.what):
        entries[-1].amount_minor += side.amount_minor
    else:
        entries.append(side)


def _event(kind: str, row: Any) -> str:
    what = words.EVENTS[kind]
    return what if row is None else f"{what} {row}"
