"""Safeguarding in the books (保障资金取数): a pool's accounts one by one, where its money lies, what was done with it on a day.

When    a run is made; whatever time that is, for what is read of the books is append-only, as of a sequence
Returns values of policy/safeguarding. One page is in memory at a time
Shape   each statement is of some thousand accounts or sequences, so that none takes as long as a snapshot may
Source  design/lanes.md 16 and 21; domain.md (e.4)
"""

import hashlib
from collections.abc import Callable, Iterator
from datetime import date, datetime

import msgspec

from cunguan.policy.safeguarding.engine import Adding, Held, line_of
from cunguan.store.history import ACCOUNTS_AT_ONCE, SEQUENCES_AT_ONCE, History

LISTINGS_AT_ONCE = 200

Ticks = Callable[[int], None]


class Bank(msgspec.Struct, frozen=True):
    """A bank account of a pool; `closing_minor` as its statement of the day says, None without one."""

    id: str
    account: int
    closing_minor: int | None


class Means(msgspec.Struct, frozen=True):
    """Where money is kept safe; `stated_minor` what its holder said of the day."""

    id: str
    kind: str
    amount_minor: int
    institution: str
    letter: str
    valid_from: date
    valid_until: date | None
    stated_minor: int | None


class Regime(msgspec.Struct, frozen=True):
    """A rule pack that binds a pool, with the facts it needs; `firm` is the firm's own reference at the authority."""

    lane: int
    pool: str
    rule: str
    pool_class: str
    firm_class: str
    revenue_minor: int | None
    firm: str


class Moved(msgspec.Struct, frozen=True):
    """What one kind of instruction moved from accounts of one code to accounts of another; the steps of a run are of its kind."""

    kind: str
    debit: str
    credit: str
    count: int
    minor: int


class Loans(msgspec.Struct, frozen=True):
    """What is lent and not repaid."""

    outstanding_minor: int
    borrowers: int
    lenders: int


def pools(history: History, lane: int) -> list[tuple[str, str]]:
    """Return the pools of a lane with their currencies."""
    return [(pool, currency) for pool, currency in history.ask("safeguard_pools", lane=lane)]


def banks(history: History, lane: int, pool: str, day: date, by: datetime | None = None) -> list[Bank]:
    """Return the bank accounts of a pool with what their statements of a day say; `by`: those that had come by then."""
    return [Bank(*row) for row in history.ask("safeguard_banks", lane=lane, pool=pool, day=day, by=by)]


def means(history: History, lane: int, pool: str, day: date, by: datetime | None = None) -> list[Means]:
    """Return where a pool's money is kept safe on a day; `by`: as it was recorded by then."""
    return [Means(*row) for row in history.ask("safeguard_means", lane=lane, pool=pool, day=day, by=by)]


def regimes(history: History, day: date) -> list[Regime]:
    """Return which rule packs bind which pools on a day."""
    return [Regime(*row) for row in history.ask("safeguard_regimes", day=day)]


def shortfalls(history: History, lane: int, pool: str) -> list[tuple[str, str, int]]:
    """Return what the firm has still to make good now: id, cause, amount."""
    return [(name, cause, minor) for name, cause, minor in history.ask("safeguard_shortfalls", lane=lane, pool=pool)]


def received_minor(history: History, lane: int, account: int, since: int, upto: int) -> int:
    """Return what came into a bank account from outside in a range of sequences."""
    ((minor,),) = history.ask("safeguard_received", lane=lane, account=account, since=since, upto=upto)
    return int(minor)


def held(
    history: History, lane: int, pool: str, seq: int, unplaced: set[str], adding: Adding, ticks: Ticks
) -> tuple[Held, str]:
    """Return a pool's accounts as of a sequence, added up, and the hash of each with its balance."""
    digest = hashlib.sha256()
    for account, code, owner, balance in _accounts(history, lane, pool, seq):
        digest.update(f"{account} {code} {owner} {balance}\n".encode())
        line = line_of(code, owner, balance, unplaced)
        if line is not None:
            adding.add(line)
            ticks(adding.count)
    return adding.held(), digest.hexdigest()


def _accounts(history: History, lane: int, pool: str, seq: int) -> Iterator[tuple[int, str, str, int]]:
    after, looked = -(2**62), ACCOUNTS_AT_ONCE
    while looked == ACCOUNTS_AT_ONCE:
        *found, (last, _, _, looked) = history.ask(
            "safeguard_accounts", lane=lane, pool=pool, after=after, limit=ACCOUNTS_AT_ONCE, seq=seq
        )
        yield from found
        after = last


def activity(history: History, lane: int, pool: str, first: int, last: int) -> list[Moved]:
    """Return what was done in a pool in a range of sequences."""
    sums: dict[tuple[str, str, str], list[int]] = {}
    for begin in range(first, last + 1, SEQUENCES_AT_ONCE):
        upto = min(begin + SEQUENCES_AT_ONCE - 1, last)
        for *of, count, minor in history.ask("safeguard_activity", lane=lane, pool=pool, first=begin, last=upto):
            found = sums.setdefault((of[0], of[1], of[2]), [0, 0])
            found[0] += count
            found[1] += minor
    return [Moved(*of, *counted) for of, counted in sorted(sums.items())]


def loans(history: History, lane: int, pool: str, seq: int) -> Loans:
    """Return what is outstanding in a pool as of a sequence."""
    outstanding_minor, borrowers, lenders = 0, set[str](), set[str]()
    after, looked = "", LISTINGS_AT_ONCE
    while looked == LISTINGS_AT_ONCE:
        *found, (last, _, looked) = history.ask(
            "safeguard_loans", lane=lane, pool=pool, after=after, limit=LISTINGS_AT_ONCE, seq=seq
        )
        for borrower, holder, minor in found:
            outstanding_minor += minor
            borrowers.add(borrower)
            lenders.add(holder)
        after = last
    return Loans(outstanding_minor, len(borrowers), len(lenders))
