"""Accounts (子账户): the clients' accounts at this platform, what is in them, and how it came there.

When    a platform shows a client his money, or compares it with its own books
Returns accounts by id; the five balances now or as of a moment; statements line by line
Shape   a statement's first page fixes where it ends: what is posted while it is read belongs to the next one
Errors  Problem 404 for an account that is not this platform's; 422 for a moment that is still to come
"""

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Literal, TypeAlias

import msgspec
from msgspec import UNSET, Meta, UnsetType

from cunguan.doors.api import sql
from cunguan.doors.api.cursors import cursor, place
from cunguan.doors.api.endpoint import Call, Endpoint
from cunguan.doors.api.lists import Id, Items, Paged, Word, finder, lister, named
from cunguan.doors.api.moments import Moment, before, stand, upto
from cunguan.doors.api.problem import Problem, not_found
from cunguan.kernel.codes import Code
from cunguan.kernel.deposit_reference import Holder, creditor_reference, virtual_account
from cunguan.ledger.chart import CHART, HOLDER_CODES
from cunguan.store import history, reading, shown
from cunguan.store.history import Place
from cunguan.store.shown import AccountState, Minor, Seq

BUCKETS = [CHART[code].name for code in HOLDER_CODES]
if TYPE_CHECKING:  # to a type checker it is text
    Bucket: TypeAlias = str
else:
    Bucket = Literal[tuple(BUCKETS)]  # the words of the chart


class AccountsQuery(Paged, frozen=True):
    """Filters of the accounts."""

    role: Word | UnsetType = UNSET
    state: AccountState | UnsetType = UNSET
    person: Id | UnsetType = UNSET
    pool: Id | UnsetType = UNSET


class BalancesQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """As of when; now without it."""

    as_of: Moment | UnsetType = UNSET


class StatementQuery(Paged, frozen=True, rename={"from_": "from"}):
    """Of which of the five accounts, from and until when; both ends belong to it."""

    account: Bucket = "available"
    from_: Moment | UnsetType = UNSET
    until: Moment | UnsetType = UNSET


class BalancesFound(msgspec.Struct, frozen=True):
    """The five accounts of a client: what he may use, what is not cleared, set aside, on its way out, frozen."""

    account: str
    seq: Seq
    currency: str
    available_minor: Minor
    uncleared_minor: Minor
    held_minor: Minor
    outbound_minor: Minor
    frozen_minor: Minor


class DepositReference(msgspec.Struct, frozen=True):
    """How a transfer to one bank account of the pool is known for this client's."""

    bank_account: str
    account: Annotated[str, Meta(description="the pool's account number at its bank")]
    virtual_account: Annotated[str, Meta(description="a number that is this client's own: what is paid there is his")]
    creditor_reference: Annotated[str, Meta(description="ISO 11649: to be written into the purpose of a transfer")]


class DepositReferences(msgspec.Struct, frozen=True):
    """The ways a client pays in by a transfer; the payer must be the client himself."""

    items: list[DepositReference]


class Line(msgspec.Struct, frozen=True):
    """One line of a statement: the posting, what it was for, and the balance after it."""

    seq: Seq
    line: int
    at: datetime
    business_date: date
    value_date: Annotated[date | None, Meta(description="of a correction: the day it is about")]
    kind: str
    instruction: str
    counter_owner: str
    counter_account: str
    side: Literal["debit", "credit"]
    amount_minor: Minor
    balance_minor: Minor


class Statement(msgspec.Struct, frozen=True):
    """A page of a statement; opening and closing are those of the whole period."""

    account: str
    bucket: Bucket
    currency: str
    after_seq: Annotated[int, Meta(description="the last sequence before the period")]
    until_seq: Annotated[int, Meta(description="the last sequence of the period")]
    opening_minor: Minor
    closing_minor: Minor
    items: list[Line]
    next: str | None


class _Place(msgspec.Struct, frozen=True, array_like=True):
    """Where a statement goes on, and the end its first page fixed."""

    seq: int
    line: int
    until: int


async def balances(call: Call) -> BalancesFound:
    """Return the five balances."""
    pool, lane, holder = call.context.pool, call.caller.lane, named(call, "account")
    if call.query.as_of is UNSET:
        found = await reading.balances(pool, lane, holder)
    else:
        seq = await upto(call, await stand(call), call.query.as_of, "as_of")
        found = await reading.balances_as_of(pool, lane, holder, seq)
    if found is None:
        raise not_found("account")
    return BalancesFound(
        holder, found.seq, found.currency, found.available_minor, found.uncleared_minor, found.held_minor,
        found.outbound_minor, found.frozen_minor,
    )  # fmt: skip


async def deposit_references(call: Call) -> DepositReferences:
    """Return by what transfers to a client are known."""
    values = {"lane": call.caller.lane, "holder": named(call, "account")}
    found = await sql.rows(call.context, "inbox_references", values)
    if not found:
        raise not_found("account")
    return DepositReferences([
        DepositReference(
            one["bank_account"], one["reference"], virtual_account(one["reference"], one["base"]),
            creditor_reference(Holder(one["lane"], one["base"])),
        )
        for one in found
    ])  # fmt: skip


async def statement(call: Call) -> Statement:
    """Return a page of a statement."""
    pool, lane, holder, query = call.context.pool, call.caller.lane, named(call, "account"), call.query
    accounts = await reading.holder_accounts(pool, lane, holder)
    if accounts is None:
        raise not_found("account")
    number = accounts.base + BUCKETS.index(query.account)
    first, last, after = await _period(call)
    lines = await reading.lines(pool, lane, number, after, last, query.limit + 1)
    end = lines[query.limit - 1].place if len(lines) > query.limit else None
    more = _Place(end.seq, end.line, last) if end is not None else None
    return Statement(
        holder, query.account, accounts.currency, first, last, await reading.balance_at(pool, lane, number, first),
        await reading.balance_at(pool, lane, number, last), [_line(line) for line in lines[: query.limit]], cursor(call, more),
    )  # fmt: skip


async def _period(call: Call) -> tuple[int, int, Place]:
    """Return the last sequence before the period, the last of it, and where this page begins."""
    here, at = await stand(call), place(call, _Place)
    first = await before(call, here, call.query.from_, "from")
    if at is not None:
        return first, at.until, Place(at.seq, at.line)
    last = await upto(call, here, call.query.until, "until")
    if first > last:
        raise Problem(
            422, Code.period_malformed, "the period ends before it begins: exchange from and until", field="from"
        )
    return first, last, Place(first + 1, -1)


def _line(line: history.Line) -> Line:
    return Line(
        line.seq, line.line, line.at, line.business_date, line.value_date, line.kind, line.instruction, line.counter_owner,
        CHART[line.counter_code].name, "debit" if line.is_debit else "credit", line.amount_minor, line.balance_minor,
    )  # fmt: skip


ENDPOINTS = (
    Endpoint("GET", "/v1/accounts", "List the clients' accounts (子账户)", "read", lister(shown.Account),
             answer=Items[shown.Account], query=AccountsQuery, tag="accounts"),
    Endpoint("GET", "/v1/accounts/{id}/balances", "The five balances of an account, now or as of a moment (余额)", "read",
             balances, answer=BalancesFound, query=BalancesQuery, tag="accounts"),
    Endpoint("GET", "/v1/accounts/{id}/statement", "The statement of an account, line by line (对账单)", "read",
             statement, answer=Statement, query=StatementQuery, tag="accounts"),
    Endpoint("GET", "/v1/accounts/{id}/deposit-references", "How a client pays in by a transfer (入账识别号)", "read",
             deposit_references, answer=DepositReferences, tag="accounts"),
    Endpoint("GET", "/v1/accounts/{id}", "Get one account", "read", finder(shown.Account, "account"),
             answer=shown.Account, tag="accounts"),
)  # fmt: skip
