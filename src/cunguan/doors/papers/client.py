"""Client statement (客户对账单): all of one holder's money between two sequences, and what is set aside, lent, paid for him.

Reads   store/history: rows that never change; so the statement as of a sequence is the one that was issued then (S-25)
Shape   Statement: five accounts, each opening + credits - debits = closing, with its lines; what stands open; claims
Errors  AssertionError: the lines do not lead from opening to closing; the books are wrong, `cunguan prove` says where
Source  invariant 33; domain-decisions.md 2 and 20; S-25
"""

from collections.abc import Iterator

import msgspec

from cunguan.ledger.chart import HOLDER_CODES
from cunguan.store.history import ClaimOf, History, HolderSeen, LaneSeen, Line, OnBehalf, Place, SetAside

#: the accounts on which money is set aside by one instruction each
SET_ASIDE = ("2015", "2020", "2030")


class Bucket(msgspec.Struct, frozen=True):
    """One of the five accounts."""

    account: int
    code: str
    opening_minor: int
    debit_minor: int
    credit_minor: int
    closing_minor: int
    lines: list[Line]


class Open(msgspec.Struct, frozen=True):
    """Money set aside on one of the accounts."""

    code: str
    of: SetAside


class Statement(msgspec.Struct, frozen=True):
    """Everything of one holder from `first` to `last`."""

    platform: str
    holder: str
    pool: str
    currency: str
    first: int
    last: int
    accounts: list[Bucket]
    open: list[Open]
    claims: list[ClaimOf]
    on_behalf: list[OnBehalf]


def statement(history: History, lane: LaneSeen, holder: HolderSeen, after: int, upto: int) -> Statement:
    """Return a holder's statement of the sequences after one, up to another."""
    accounts = [_bucket(history, lane.lane, holder.base + n, code, after, upto) for n, code in enumerate(HOLDER_CODES)]
    return Statement(
        lane.platform, holder.id, holder.pool, holder.currency, after + 1, upto, accounts,
        list(_open(history, lane.lane, accounts, upto)),
        history.claims_of(lane.lane, holder.id, upto),
        history.on_behalf(lane.lane, holder.id, after + 1, upto),
    )  # fmt: skip


def _bucket(history: History, lane: int, account: int, code: str, after: int, upto: int) -> Bucket:
    opening = history.balance(lane, account, after)
    lines = list(history.all_lines(lane, account, Place(after + 1, -1), upto))
    debit = sum(line.amount_minor for line in lines if line.is_debit)
    credit = sum(line.amount_minor for line in lines if not line.is_debit)
    closing = history.balance(lane, account, upto)
    assert opening + credit - debit == closing, f"account {account}: its lines do not lead from {opening} to {closing}"
    return Bucket(account, code, opening, debit, credit, closing, lines)


def _open(history: History, lane: int, accounts: list[Bucket], upto: int) -> Iterator[Open]:
    for bucket in accounts:
        if bucket.code in SET_ASIDE and bucket.closing_minor:
            yield from (Open(bucket.code, of) for of in history.set_aside(lane, bucket.account, upto))
