"""Write path: `store.write(batch)` of decided bids against a raw COPY of the same rows.

Ours    each batch of 1,000 bids the lenders confirmed (kind P): COPY of instruction, key, journal, posting,
        authority and hold, the fence, 2,000 balances or fewer, the listings, COMMIT
Raw     the same COPY buffers, made before, into tables with the same keys and indexes and nothing else: no
        constraint, trigger, partition, balance or fence; one BEGIN and COMMIT a batch
Method  one connection each, alternating, the same bytes; the decisions are made before the clock starts
"""

import time
from datetime import UTC, datetime
from typing import Any

import psycopg

from cunguan.doors.bench import ground
from cunguan.kernel.canonical import canonical_json, key16
from cunguan.kernel.instruction import Confirmation, Evidence, Instruction
from cunguan.ledger.book import Book
from cunguan.operations.catalogue import operation
from cunguan.plane.runner import Item, Runner
from cunguan.store import postgres
from cunguan.store.batch import Batch
from cunguan.store.encode import copies

RAW = ("instruction", "instruction_key", "journal", "posting", "authority", "hold")


def measure(url: str, lenders: list[str], listings: list[str], bids: int, pairs: int) -> dict[str, Any]:
    """Return seconds of ours and raw for each pair, and of the decisions."""
    head = postgres.take(url, 1, "bench-write", 3_600.0)
    assert head is not None, "the lane is free"
    reader = postgres.PostgresReader(url)
    runner = Runner(1, reader, Book())
    _make_raw(url)
    ours, raw = postgres.PostgresWriter(url), postgres.PostgresWriter(url)
    each = bids // pairs // 1000 * 1000
    found: dict[str, Any] = {"ours": [], "raw": [], "decide_us": [], "each": each}
    for pair in range(pairs):
        batches, decided = _decide(runner, lenders, listings, pair * each, each)
        found["decide_us"].append(decided / each * 1e6)
        turns = [("ours", lambda b: ours.write(b)), ("raw", lambda b: None)]
        for name, write in turns if pair % 2 == 0 else reversed(turns):
            found[name].append(_raw(raw, batches) if name == "raw" else _time(batches, write))
    for closing in (ours, raw, reader):
        closing.close()
    _give_back(url)
    return found


def _decide(
    runner: Runner, lenders: list[str], listings: list[str], first: int, count: int
) -> tuple[list[Batch], float]:
    items = [
        _item(n, lenders[n * 7919 % len(lenders)], listings[n % len(listings)]) for n in range(first, first + count)
    ]
    started = time.perf_counter()
    batches = []
    for place in range(0, count, 1000):
        batch, taken = runner.decide(items[place : place + 1000], datetime.now(UTC))
        assert taken == 1000 and all(entry.state == "done" for entry in batch.entries)
        batches.append(batch)
    return batches, time.perf_counter() - started


def _item(number: int, lender: str, listing: str) -> Item:
    """Return an admitted bid; its signature is not made here, because writing does not read it."""
    bid = operation("bid_hold")
    made = Instruction(f"write:{number:09d}", "bid_hold", bid.body(lender, listing, 100))
    assert bid.authority_text is not None
    text = bid.authority_text(made, 1)
    assert text is not None
    key = f"{lender}:key"
    evidence = Evidence("sandbox_ed25519", key, ground.KEYS.public_key(key), bytes(64))
    return Item(made, bid, canonical_json(made.body), key16(made.id), Confirmation(text, evidence, True))


def _time(batches: list[Batch], write: Any) -> float:
    started = time.perf_counter()
    for batch in batches:
        write(batch)
    return time.perf_counter() - started


def _raw(writer: postgres.PostgresWriter, batches: list[Batch]) -> float:
    spent = 0.0
    for batch in batches:
        parts = [(text.replace("COPY ", "COPY raw_", 1), data) for text, data in copies(batch)]
        script = "; ".join(["BEGIN", *(text for text, _ in parts), "COMMIT"])
        buffers = [data for _, data in parts]
        started = time.perf_counter()
        writer.wire.script(script, buffers)
        spent += time.perf_counter() - started
    return spent


def _make_raw(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        for name in RAW:
            connection.execute(f"CREATE TABLE raw_{name} (LIKE {name} INCLUDING INDEXES)".encode())


def _give_back(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("UPDATE lease SET until = '-infinity' WHERE owner = 'bench-write'")
        for name in RAW:
            connection.execute(f"DROP TABLE raw_{name}".encode())
