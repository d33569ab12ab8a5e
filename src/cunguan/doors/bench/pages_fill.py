"""Pages' ground (页面基准数据): a million clients and ten million postings, of which only their being there is wanted.

Shape   one platform in lane 1 made by instructions: lenders with money and mandates, a borrower, a loan that is disbursed; then by SQL
        clients H1 … with a link each, and repayments of the borrower to ten of them at a time, in batches up to this minute
Units   minor units
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import psycopg

from cunguan.doors.bench import ground
from cunguan.doors.bench.process_path import put_in
from cunguan.doors.jobs.console import sum_up
from cunguan.store import roles

LENDERS, BORROWER, LISTING, BID = 20, "B1", "X0", 50_000
EACH, BATCH, CHUNK = 10, 1_000, 100_000
REFERENCE, LENDER = "person:H1", "L0"


def fill(url: str, clients: int, postings: int, say: Callable[[str], None]) -> None:
    """Fill a database that has the schema."""
    say("a platform and a loan, by instructions")
    roles.create(url)
    with ground.lanes(url) as plane:
        _platform(plane)
    say(f"{clients:,} clients")
    put_in(url, clients)
    with psycopg.connect(url) as connection:
        connection.execute(
            "INSERT INTO person (lane, id, kind, state, method, source, lock) "
            "SELECT 0, 'person:H' || n, 'person', 'active', 'sandbox', 'sandbox', '' FROM generate_series(1, %s) n", (clients,),
        )  # fmt: skip
        connection.execute(
            "INSERT INTO person_link (lane, id, person, for_lane) "
            "SELECT 0, 'person:H' || n || ':1', 'person:H' || n, 1 FROM generate_series(1, %s) n", (clients,),
        )  # fmt: skip
    _postings(url, clients, postings, say)
    say("sums by date, as the jobs make them")
    with psycopg.connect(url, autocommit=True) as connection:
        while sum_up(connection):
            pass
    say("analyze")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")


def _platform(plane: Any) -> None:
    lenders = [f"L{n}" for n in range(LENDERS)]
    ground.open_platform(plane)
    ground.open_clients(plane, lenders, "lender")
    ground.open_clients(plane, [BORROWER], "borrower")
    ground.give_money(plane, [*lenders, BORROWER])
    ground.grant_mandates(plane, lenders, "bid")
    ground.grant_mandates(plane, [BORROWER], "repayment")
    ground.open_listings(plane, [LISTING], BORROWER, LENDERS * BID)
    ground.open_listings(plane, [f"X{n}" for n in range(1, 60)], BORROWER)
    bids = (
        ground.instruction(
            1, f"bid:{name}", "bid_hold", lender=name, listing=LISTING, amount_minor=BID, mandate=f"mandate:{name}"
        )
        for name in lenders
    )
    ground.ask_all(plane, 1, bids)
    ground.ask_all(plane, 1, [ground.instruction(1, "disburse:X0", "disbursement", listing=LISTING)])


def _postings(url: str, clients: int, postings: int, say: Callable[[str], None]) -> None:
    """Write instructions with their postings behind the lane's head, some at a time."""
    with psycopg.connect(url, autocommit=True) as connection:
        (head,) = _row(connection, "SELECT head FROM lane WHERE lane = 1")
        (base,) = _row(connection, "SELECT base FROM holder_account WHERE lane = 1 AND id = 'H1'")
        (debit,) = _row(connection, "SELECT base FROM holder_account WHERE lane = 1 AND id = %s", BORROWER)
        count = -(-postings // EACH)
        for done in range(0, count, CHUNK):
            some = min(CHUNK, count - done)
            given = {
                "head": head, "first": head + done + 1, "last": head + done + some, "base": base, "debit": debit, "clients": clients,
                "each": EACH, "batch": BATCH, "end": head + count, "days": timedelta(seconds=20),
            }  # fmt: skip
            for statement in _ROWS:
                connection.execute(statement, given)
            say(f"{(done + some) * EACH:,} of {postings:,} postings")
        connection.execute(_BALANCES, {"base": base, "clients": clients, "postings": count * EACH, "seq": head + count})
        connection.execute("UPDATE lane SET head = %s WHERE lane = 1", (head + count,))


def _row(connection: psycopg.Connection[Any], text: Any, *values: object) -> tuple[Any, ...]:
    found = connection.execute(text, values).fetchone()
    assert found is not None
    return tuple(found)


_ROWS = (
    """INSERT INTO batch (lane, first_seq, last_seq, at, business_date, code_version, pack_id, pack_version, rule_set_hash, salt_key_id)
    SELECT 1, s, least(s + %(batch)s - 1, %(last)s), now() - ((%(end)s - s) / %(batch)s) * %(days)s::interval,
           (SELECT business_date FROM lane_day WHERE lane = 1), 'bench', 'none_recorded', 1, '', 0
    FROM generate_series(%(first)s::int8, %(last)s, %(batch)s) s""",
    """INSERT INTO instruction (lane, seq, code, version, id, kind, state, why, body, detail)
    SELECT 1, s, CASE WHEN s %% 50 = 0 THEN 233 ELSE 1 END, 1, 'bench:' || s, 'repayment',
           CASE WHEN s %% 50 = 0 THEN 'refused' ELSE 'done' END, '', convert_to('{"listing":"X0","borrower":"B1"}', 'UTF8'), '{}'
    FROM generate_series(%(first)s::int8, %(last)s) s""",
    """INSERT INTO journal (lane, seq, postings, value_date, template)
    SELECT 1, s, %(each)s, NULL, 'repayment' FROM generate_series(%(first)s::int8, %(last)s) s""",
    """INSERT INTO posting (lane, seq, line, debit_account, credit_account, amount_minor, debit_after, credit_after)
    SELECT 1, s, k, %(debit)s, %(base)s + (((s - %(head)s - 1) * %(each)s + k) %% %(clients)s) * 5, 100, 1000000000000,
           100 * (1 + ((s - %(head)s - 1) * %(each)s + k) / %(clients)s)
    FROM generate_series(%(first)s::int8, %(last)s) s, generate_series(0, %(each)s - 1) k""",
)
_BALANCES = """UPDATE balance SET seq = %(seq)s, balance = 100 * ((%(postings)s - (account - %(base)s) / 5 - 1) / %(clients)s + 1)
    WHERE lane = 1 AND account >= %(base)s AND account < %(base)s + %(clients)s * 5 AND (account - %(base)s) %% 5 = 0
      AND (account - %(base)s) / 5 < %(postings)s"""
