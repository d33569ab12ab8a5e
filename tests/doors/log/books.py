"""Committed rows for the log: lanes whose batches are written by SQL, so that a test says exactly what lies there.

Shape   a lane is told as sequences: "r" refused, "i" an instruction without postings, or a list of (debit, credit, amount);
        an authority comes with every sequence that is a tuple ("a", postings), and with a Payment
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec
import psycopg

AT = datetime(2026, 3, 2, 1, 2, 3, 456, tzinfo=UTC)
BATCH = "INSERT INTO batch VALUES (%s, %s, %s, %s, %s, '1.2', 'cn_p2p', 3, 'hash', %s)"
INSTRUCTION = "INSERT INTO instruction VALUES (%s, %s, %s, 1, %s, %s, %s, '', %s, %s)"
POSTING = "INSERT INTO posting VALUES (%s, %s, %s, %s, %s, %s, 0, 0, %s, %s)"
AUTHORITY = (
    "INSERT INTO authority VALUES (%s, %s, %s, 'P', 'L7', 'bid_hold', %s, 'X1', '', 'kind', 'k1', %s, 'c', 'p', 'e')"
)


class Payment(msgspec.Struct, frozen=True):
    """A withdrawal that its client allowed with the instruction, or by an older word."""

    id: str
    amount_minor: int
    payee: str
    authority: int = 0


Told = str | list[tuple[int, int, int]] | tuple[str, list[tuple[int, int, int]]] | Payment

#: a bid, a refusal, an instruction, a repayment of two lines that one account meets twice
SOME: tuple[Told, ...] = (("a", [(5, 7, 100)]), "r", "i", [(7, 5, 60), (-3, 7, 1)])


def commit(url: str, lane: int, *told: Told, salt_key: int = 0) -> int:
    """Commit one batch of a lane; return the lane's head."""
    with psycopg.connect(url) as owner, owner.pipeline():
        owner.execute("INSERT INTO lane (lane, token, head) VALUES (%s, 1, 0) ON CONFLICT DO NOTHING", (lane,))
        row = owner.execute("SELECT head FROM lane WHERE lane = %s FOR UPDATE", (lane,)).fetchone()
        assert row is not None
        first, last = row[0] + 1, row[0] + len(told)
        at = AT + timedelta(seconds=first)
        owner.execute(BATCH, (lane, first, last, at, date(2026, 3, 2), salt_key))
        for seq, one in enumerate(told, first):
            _one(owner, lane, seq, one)
        owner.execute("UPDATE lane SET head = %s, at = %s WHERE lane = %s", (last, at, lane))
    return int(last)


def _one(owner: psycopg.Connection[Any], lane: int, seq: int, told: Told) -> None:
    state = "refused" if told == "r" else "done"
    body, detail = b'{"n":%d}' % seq, b"{}"
    word: int | None
    id, amount_minor, payee, word = f"i{seq}-日", 5, "", None
    if isinstance(told, Payment):
        id, amount_minor, payee, word = told.id, told.amount_minor, told.payee, told.authority or seq
        told = [(5, 7, amount_minor)] if told.authority else ("a", [(5, 7, amount_minor)])
    owner.execute(INSTRUCTION, (lane, seq, 0, id, "bid_hold" if told != "i" else "freeze", state, body, detail))
    postings: Sequence[tuple[int, int, int]] = (
        told[1] if isinstance(told, tuple) else told if told not in ("r", "i") else ()
    )
    if isinstance(told, tuple):
        owner.execute(AUTHORITY, (lane, seq, amount_minor, payee, b"text %d" % seq))
    if postings:
        value_date = date(2026, 2, 28) if seq % 2 else None
        owner.execute("INSERT INTO journal VALUES (%s, %s, %s, %s, 'bid_hold')", (lane, seq, len(postings), value_date))
    for line, (debit, credit, amount) in enumerate(postings):
        owner.execute(POSTING, (lane, seq, line, debit, credit, amount, word, None if line else seq))
