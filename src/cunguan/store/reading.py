"""Reading (平台读取): what a platform reads of its own lane, for asyncio: rows, balances, statements, instructions.

When    the platform's door answers a GET; the plane goes on writing. Every statement is one short one and has the lane in it
Reads   rows as they stand now (store/shown.py); balances, statements and instructions as of a sequence
Shape   a list goes by the id, byte by byte; a page looks at SPAN rows at most, so that it may hold fewer than was asked for,
        even none, and still say where to go on. Nothing is given twice, and nothing that was there at the first page is
        missed; an instruction list goes by the sequence, so that it also meets what has come since
Units   minor units, on the account's own side
Errors  psycopg.Error: the database said no, or a statement took longer than it may
Source  design/lanes.md 16 and 21; the connection pool is autocommit: a statement is a transaction
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any, NamedTuple, TypeVar

import msgspec
from psycopg import AsyncCursor
from psycopg_pool import AsyncConnectionPool

from cunguan.store import shown
from cunguan.store.history import Line, Place
from cunguan.store.shown import LISTS, Listed
from cunguan.store.sqlfiles import statement
from cunguan.store.tables import table

Pool = AsyncConnectionPool[Any]

#: how many rows a page looks at when something is searched for that no index knows
SPAN = 5_000

T = TypeVar("T", bound=msgspec.Struct)


class Page(NamedTuple):
    """Some rows, and the place after which the list goes on; None at its end."""

    items: list[Any]
    next: Any


class Here(msgspec.Struct, frozen=True):
    """The platform's lane: the day, the pack, and how far it has come."""

    lane: int
    platform: str
    pack: str
    state: str
    is_sandbox: bool
    business_date: date
    day: str
    head: int
    at: datetime | None


class Head(msgspec.Struct, frozen=True):
    """How far a lane has come."""

    head: int
    at: datetime | None
    business_date: date


class Warned(msgspec.Struct, frozen=True):
    """One thing a platform should know; `what` it is about, and how many of them."""

    code: str
    what: str
    count: int
    at: datetime | None


class Bucket(msgspec.Struct, frozen=True):
    """One account of the chart, and what stands in it."""

    code: str
    balance_minor: int


class OwnBalances(msgspec.Struct, frozen=True):
    """The platform's own accounts of a pool as of a sequence."""

    seq: int
    buckets: list[Bucket]


class Balances(msgspec.Struct, frozen=True):
    """The five accounts of a holder as of a sequence."""

    seq: int
    currency: str
    available_minor: int
    uncleared_minor: int
    held_minor: int
    outbound_minor: int
    frozen_minor: int


class HolderAccounts(msgspec.Struct, frozen=True):
    """The numbers of a holder's accounts, and the currency."""

    base: int
    currency: str


class Instructed(msgspec.Struct, frozen=True):
    """An instruction with what became of it."""

    seq: int
    id: str
    kind: str
    state: str
    code: int
    why: str
    detail: bytes
    at: datetime
    business_date: date


# ── rows ─────────────────────────────────────────────────────────────────────
class Question(NamedTuple):
    """The statement of a page with its values; a page looks at `span` rows and holds `limit` at most."""

    text: str
    given: Mapping[str, Any]
    span: int
    limit: int


def question(shape: type[T], lane: int, asked: Mapping[str, Any], after: str, limit: int) -> Question:
    """Return what asks for the rows of a lane after an id that are as `asked`: field and value."""
    searched = len(asked) > len(_reached(LISTS[shape], asked)) or bool(LISTS[shape].only)
    span = max(SPAN, limit + 1) if searched else limit + 1
    given = {**asked, "lane": lane, "after": after, "span": span, "limit": limit + 1}
    return Question(_page_text(shape, tuple(asked)), given, span, limit)


def answered(shape: type[T], of: Question, found: Sequence[Any]) -> Page:
    """Return the page that the rows of a question's statement are."""
    last, looked_at = found[0][:2]
    items = [_made(shape, row[2:]) for row in found if row[2] is not None]
    if len(items) > of.limit:
        return Page(items[: of.limit], items[of.limit - 1].id)  # type: ignore[attr-defined]  # every row has an id
    return Page(items, last if looked_at == of.span else None)


async def rows(pool: Pool, lane: int, shape: type[T], asked: Mapping[str, Any], after: str, limit: int) -> Page:
    """Return the rows of a lane after an id that are as `asked`: field and value."""
    asks = question(shape, lane, asked, after, limit)
    return answered(shape, asks, await _ask(pool, asks.text, asks.given))


async def plan(pool: Pool, lane: int, listing: str, after: int, limit: int) -> Page:
    """Return the rows of a listing's plan after a number, in their order."""
    found = await _ask(pool, plan_text(), {"lane": lane, "listing": listing, "after": after, "limit": limit + 1})
    items = [shown.PlanRow(*row) for row in found]
    return Page(items[:limit], items[limit - 1].number if len(items) > limit else None)


async def row(pool: Pool, lane: int, shape: type[T], id: str) -> T | None:
    """Return one row of a lane; None when it has none of that id."""
    return first(shape, await _ask(pool, row_text(shape), {"lane": lane, "id": id}))


def first(shape: type[T], found: Sequence[Any]) -> T | None:
    """Return the row that was found, None where none was."""
    return _made(shape, found[0]) if found else None


def _made(shape: type[T], values: Any) -> T:
    if not any(isinstance(value, list) for value in values):
        return shape(*values)
    names = [field.name for field in msgspec.structs.fields(shape)]
    return msgspec.convert(dict(zip(names, values, strict=True)), shape)  # what PostgreSQL holds as jsonb


@cache
def _columns(shape: type[msgspec.Struct]) -> str:
    figures = LISTS[shape].figures
    names = [field.name for field in msgspec.structs.fields(shape)]
    return ", ".join(f"{figures[name]} AS {name}" if name in figures else name for name in names)


def _from(shape: type[msgspec.Struct]) -> str:
    return table(LISTS[shape].row).name


@cache
def row_text(shape: type[msgspec.Struct]) -> str:
    """Return the statement of one row, by lane and id."""
    only = LISTS[shape].only
    text = f"SELECT {_columns(shape)} FROM {_from(shape)} WHERE lane = %(lane)s AND id = %(id)s"
    return f"{text} AND {only}" if only else text


@cache
def plan_text() -> str:
    """Return the statement of a page of a listing's plan."""
    return (
        f"SELECT {_columns(shown.PlanRow)} FROM {_from(shown.PlanRow)} "
        "WHERE lane = %(lane)s AND listing = %(listing)s AND number > %(after)s ORDER BY number LIMIT %(limit)s"
    )


@cache
def _page_text(shape: type[msgspec.Struct], asked: tuple[str, ...]) -> str:
    """Return the statement of a page: `seen` is what is looked at, `edge` where that ended, then what is as asked.

    What an index has without its ids is fetched whole: the planner cannot choose to walk the lane by id instead.
    """
    listed = LISTS[shape]
    by = _reached(listed, asked)
    place = "id > %(after)s ORDER BY id LIMIT %(span)s"
    start = f"SELECT * FROM {_from(shape)} WHERE lane = %(lane)s" + "".join(f" AND {name} = %({name})s" for name in by)
    if by and by[0] in listed.fetched:
        seen = f"fetched AS MATERIALIZED ({start}), seen AS MATERIALIZED (SELECT * FROM fetched WHERE {place})"
    else:
        seen = f"seen AS MATERIALIZED ({start} AND {place})"
    tests = [f"{name} = %({name})s" for name in asked if name not in by] + ([listed.only] if listed.only else [])
    where = f" WHERE {' AND '.join(tests)}" if tests else ""
    return (
        f"WITH {seen} SELECT edge.*, page.* FROM (SELECT max(id), count(*) FROM seen) edge LEFT JOIN LATERAL "
        f"(SELECT {_columns(shape)} FROM seen{where} ORDER BY id LIMIT %(limit)s) page ON true"
    )


def _reached(listed: Listed, asked: Mapping[str, Any] | tuple[str, ...]) -> tuple[str, ...]:
    """Return the column by whose index the rows are reached; none when the lane is walked by id."""
    return next(((name,) for name in (*listed.walked, *listed.fetched) if name in asked), ())


# ── the lane ─────────────────────────────────────────────────────────────────
async def here(pool: Pool, lane: int) -> Here | None:
    """Return the platform's lane; None when it is not open."""
    return await _one(pool, Here, "api_here", lane=lane)


async def warnings(pool: Pool, lane: int, now: datetime, soon: datetime, since: date) -> list[Warned]:
    """Return what a platform should know: keys that end until `soon`, dates after `since` that nobody confirmed, …"""
    return [Warned(*row) for row in await _named(pool, "api_warnings", lane=lane, now=now, soon=soon, since=since)]


async def head(pool: Pool, lane: int) -> Head | None:
    """Return how far the lane has come; None when it is not open."""
    return await _one(pool, Head, "api_head", lane=lane)


async def seq_at(pool: Pool, lane: int, at: datetime) -> int:
    """Return the last sequence that was decided at an instant or before it; 0 before the first."""
    return _only(await _named(pool, "history_seq_at", lane=lane, at=at))


async def seq_on(pool: Pool, lane: int, day: date) -> int:
    """Return the last sequence of a business date or of one before it; 0 before the first."""
    return _only(await _named(pool, "history_seq_on", lane=lane, day=day))


# ── balances ─────────────────────────────────────────────────────────────────
async def balances(pool: Pool, lane: int, holder: str) -> Balances | None:
    """Return what a holder has now, with the sequence that is as of; None when there is no such holder."""
    return await _one(pool, Balances, "api_balances", lane=lane, holder=holder)


async def balances_as_of(pool: Pool, lane: int, holder: str, seq: int) -> Balances | None:
    """Return what a holder had after a sequence; nothing before his account was opened."""
    return await _one(pool, Balances, "api_balances_as_of", lane=lane, holder=holder, seq=seq)


async def pool_balances(pool: Pool, lane: int, of: str) -> OwnBalances:
    """Return the platform's own accounts of a pool with their balances, and the sequence they are as of."""
    found = await _named(pool, "api_pool_balances", lane=lane, of=of)
    return OwnBalances(found[0][0], [Bucket(*row[1:]) for row in found if row[1] is not None])


async def holder_accounts(pool: Pool, lane: int, holder: str) -> HolderAccounts | None:
    """Return the numbers of a holder's accounts."""
    return await _one(pool, HolderAccounts, "api_holder_accounts", lane=lane, holder=holder)


async def balance_at(pool: Pool, lane: int, account: int, seq: int) -> int:
    """Return the balance of one account as of a sequence."""
    found = await _named(pool, "history_last", lane=lane, account=account, seq=seq)
    return int(found[0][2]) if found else 0


async def lines(pool: Pool, lane: int, account: int, after: Place, upto: int, limit: int) -> list[Line]:
    """Return the next lines of an account after a place, up to a sequence."""
    given = {"account": account, "seq": after.seq, "line": after.line, "upto": upto, "limit": limit}
    return [Line(*row) for row in await _named(pool, "history_lines", lane=lane, **given)]


# ── instructions ─────────────────────────────────────────────────────────────
async def instructions(pool: Pool, lane: int, asked: Mapping[str, Any], after: int, upto: int, limit: int) -> Page:
    """Return the instructions of a lane after a sequence up to another that are as `asked`: kind, state, code."""
    span = max(SPAN, limit + 1) if any(value is not None for value in asked.values()) else limit + 1
    given = {"after": after, "upto": upto, "span": span, "limit": limit + 1}
    found = await _named(pool, "api_instructions", lane=lane, **asked, **given)
    last, looked_at = found[0][:2]
    items = [Instructed(*row[2:]) for row in found if row[2] is not None]
    if len(items) > limit:
        return Page(items[:limit], items[limit - 1].seq)
    return Page(items, last if looked_at == span else None)


# ── statements ───────────────────────────────────────────────────────────────
async def _ask(pool: Pool, text: str, given: Mapping[str, Any]) -> list[Any]:
    async with pool.connection() as connection:
        # Made above from the tables of this package, never from input: values are parameters.
        answer: AsyncCursor[Any] = await connection.execute(text, given, prepare=True, binary=True)
        return await answer.fetchall()


async def _named(pool: Pool, name: str, **given: Any) -> list[Any]:
    return await _ask(pool, statement(name), given)


async def _one(pool: Pool, shape: type[T], name: str, **given: Any) -> T | None:
    return next((shape(*row) for row in await _named(pool, name, **given)), None)


def _only(found: list[Any]) -> int:
    return int(found[0][0]) if found else 0
