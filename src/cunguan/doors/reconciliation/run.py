"""Run (日终对账): one date, every platform, R1 to R6; what is found is kept as breaks, and the run as it was.

When    a date is over: the job each day, `cunguan reconcile DATE`. Run again it finds the same breaks, or ends them
Does    reads each lane by itself, then keeps everything in one transaction. Later dates that were run are run again, for what one
        date leaves open is the next one's too
Returns Day; a BRK14 stops that platform's outgoing postings: `stops` says where
Source  domain.md (e.1); domain-decisions.md 7
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime

import msgspec

import cunguan
from cunguan.doors.reconciliation import cash, channels, cover, internal, keeping, platforms
from cunguan.doors.reconciliation.cash import Account
from cunguan.doors.reconciliation.ground import Connection, Lane, Looked, ask, lanes, sums
from cunguan.doors.reconciliation.keeping import At
from cunguan.reconciliation.breaks import Words, bucket
from cunguan.reconciliation.daily import BankAccount, Check, Day, Parked, Pool, Verdict
from cunguan.reconciliation.equations import bank_equation, missing_minor, pool_equations
from cunguan.store.engines import DUCKDB
from cunguan.store.sqlfiles import statement

_NO_STATEMENT = Words("the bank's statement of the date is missing", "缺当日银行对账单")
_NOT_OVER = Words("the date is not over in this lane", "该平台当日尚未日切")

#: told how far a run is: done, of how many
Progress = Callable[[str, int, int], None]


class Side(msgspec.Struct):
    """What was found out of one lane, before it is kept."""

    lane: Lane
    accounts: list[Account]
    looked: list[Looked]
    sums: Mapping[str, dict[str, int]]


def reconcile(
    connection: Connection, day: date, now: datetime, progress: Progress = lambda *_: None, engine: str = DUCKDB
) -> Day:
    """Run a date, and then those after it that were run before; return the date's result."""
    result = _one(connection, day, now, progress, engine)
    later = connection.execute(statement("recon_runs"), {"day": day}).fetchall()
    for next_day, _, _ in later:
        _one(connection, next_day, now, progress, engine)
    return result


def _one(connection: Connection, day: date, now: datetime, progress: Progress, engine: str) -> Day:
    there = lanes(connection, day)
    sides: dict[int, Side] = {}
    for number, lane in enumerate(there):
        progress(lane.platform, number, len(there))
        sides[lane.lane] = look(connection, lane, day, engine)
    progress("", len(there), len(there))
    with connection.transaction():
        at = At(keeping.next_run(connection), day, now)
        for number, side in sides.items():
            keeping.keep(connection, at, number, side.looked)
            _compared(connection, at, side)
        result = _day(connection, at, list(sides.values()))
        keeping.store(connection, result)
    return result


def look(connection: Connection, lane: Lane, day: date, engine: str = DUCKDB) -> Side:
    """Look at one lane."""
    accounts = cash.look(connection, lane, day, engine)
    looked = [
        Looked(_named("R1"), [one for account in accounts for one in account.found], cash.scope(accounts)),
        channels.look(connection, lane, day),
        platforms.look(connection, lane, day),
        internal.look(connection, lane, day),
    ]
    if not lane.is_over(day):
        looked.append(Looked([Check("R5", lane.lane, lane.platform, "incomplete", 0, 0, 0, _NOT_OVER)], []))
    return Side(lane, accounts, looked, sums(connection, lane))


def _compared(connection: Connection, at: At, side: Side) -> None:
    """Note up to where the accounts were compared that could be."""
    for account in side.accounts:
        if not account.missing:
            connection.execute(statement("recon_account_add"), {
                "lane": side.lane.lane, "bank_account": account.id, "day": at.day, "upto": side.lane.upto, "run": at.run,
            })  # fmt: skip


def _day(connection: Connection, at: At, sides: Sequence[Side]) -> Day:
    results = [_told(connection, at, side) for side in sides]
    checks = [check for _, found in results for check in found]
    read = [
        (side.lane, side.sums, [(one.id, one.ledger_minor, one.digests) for one in side.accounts]) for side in sides
    ]
    return Day(
        date=at.day,
        run=at.run,
        made_at=at.now,
        code_version=cunguan.__version__,
        inputs_hash=hashlib.sha256(msgspec.json.encode(read)).hexdigest(),
        heads={side.lane.lane: side.lane.upto for side in sides},
        pools=tuple(pool for pools, _ in results for pool in pools),
        checks=tuple(sorted(checks, key=lambda check: (check.rule, check.lane, check.subject))),
        breaks=tuple(keeping.breaks(connection, at.day, run=at.run)),
    )


def _told(connection: Connection, at: At, side: Side) -> tuple[list[Pool], list[Check]]:
    """Return the pools and checks of a lane, as its breaks stand now."""
    lane, stands, parked = side.lane, _stands(connection, at, side.lane), _parked(connection, at, side.lane)
    checks = [check for part in side.looked for check in part.checks if check.rule != "R1"]
    pools = []
    for name, currency, regime, state in ask(connection, "recon_pools", lane=lane.lane):
        there, accounts, first = side.sums.get(name, {}), [], []
        for account in (one for one in side.accounts if one.pool == name):
            standing = stands.get(account.id, Standing())
            closing = None if account.missing else account.closing_minor
            first.append(bank_equation(account.id, currency, closing, account.ledger_minor, standing.timing))
            accounts.append(_bank_account(account, standing))
            checks.append(_check(lane, account, standing, stands))
        equations = (*first, *pool_equations(name, currency, there))
        missing = missing_minor(there)
        waits = parked.get(name, ())
        pools.append(
            Pool(
                lane.lane,
                lane.platform,
                name,
                currency,
                regime,
                state,
                tuple(accounts),
                equations,
                missing,
                tuple(waits),
            )
        )
        checks.append(cover.check(lane, name, state, there))
    return pools, [*checks, *cover.by_rules(connection, lane, at.day)]


def _parked(connection: Connection, at: At, lane: Lane) -> dict[str, list[Parked]]:
    """Return what is in suspense by pool, each account's buckets from the youngest on."""
    sums: dict[tuple[str, str, str], tuple[int, int]] = {}
    for pool, code, since, count, minor in reversed(ask(connection, "recon_suspense", lane=lane.lane, day=at.day)):
        key = pool, code, bucket((at.day - since).days)
        counted, summed = sums.get(key, (0, 0))
        sums[key] = counted + count, summed + minor
    found: dict[str, list[Parked]] = {}
    for (pool, code, age), (count, minor) in sums.items():
        found.setdefault(pool, []).append(Parked(code, age, count, minor))
    return {pool: sorted(rows, key=lambda one: one.code) for pool, rows in found.items()}


class Standing(msgspec.Struct):
    """How the lines of a bank account stand that are not matched: what is timing, by side and direction, and who is open."""

    open_count: int = 0
    timing_count: int = 0
    timing: dict[tuple[str, bool], tuple[int, int]] = {}


def _stands(connection: Connection, at: At, lane: Lane) -> dict[str, Standing]:
    found: dict[str, Standing] = {}
    for subject, state, lines in connection.execute(statement("recon_subjects"), {"lane": lane.lane, "day": at.day}):
        one = found.setdefault(subject, Standing())
        one.open_count += state in ("open", "owned")
        one.timing_count += state == "timing"
        for side, line in msgspec.convert(lines, list[cash.Sided]) if state == "timing" else ():
            if line.booked_on <= at.day:
                count, minor = one.timing.get((side, line.amount_minor > 0), (0, 0))
                one.timing[side, line.amount_minor > 0] = count + 1, minor + abs(line.amount_minor)
    return found


def _bank_account(account: Account, standing: Standing) -> BankAccount:
    unmatched = standing.open_count + standing.timing_count
    is_there = bool(account.statements)
    return BankAccount(
        account.id, account.pool, account.channel, account.currency, account.statement, account.opening_minor,
        account.credit_minor if is_there else None, account.debit_minor if is_there else None,
        None if account.missing else account.closing_minor, account.ledger_minor, max(account.ledger_count - unmatched, 0), unmatched,
    )  # fmt: skip


def _check(lane: Lane, account: Account, standing: Standing, stands: Mapping[str, Standing]) -> Check:
    compared = account.ledger_count + account.bank_count
    files = sum(one.open_count for name, one in stands.items() if name.startswith(f"{account.id} "))
    wrong = standing.open_count + files
    unmatched = standing.open_count + standing.timing_count
    counts = (compared, max(compared - unmatched, 0), unmatched + files)
    if account.missing:
        return Check("R1", lane.lane, account.id, "incomplete", *counts, _NO_STATEMENT)
    verdict: Verdict = "differs" if wrong else "explained" if standing.timing_count else "agrees"
    return Check("R1", lane.lane, account.id, verdict, *counts)


def _named(rule: str) -> list[Check]:
    """Return what says which rule a part is of, before its checks are made."""
    return [Check(rule, 0, "", "agrees", 0, 0, 0)]


def stops(day: Day) -> dict[int, list[str]]:
    """Return the lanes whose outgoing postings stop, each with the breaks that are why."""
    found: dict[int, list[str]] = {}
    for one in day.breaks:
        if one.code == "BRK14" and one.state != "closed":
            found.setdefault(one.lane, []).append(one.id)
    return found
