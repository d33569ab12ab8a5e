"""Encode (编码): a batch as COPY data, one buffer a table; only tables with rows appear.

When    the writer sends a batch, or a bench prepares the same rows for a raw COPY
Shape   pairs of (COPY statement, bytes), in the order they are sent: rows before what refers to them
Source  design/lanes.md rules 15 and 16
"""

from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from typing import Any

from cunguan.kernel.rows import Row
from cunguan.store.batch import Batch, Entry
from cunguan.store.binary import compile_encoder
from cunguan.store.tables import table

Copy = tuple[str, bytes]


def _table(name: str, loop: str, *columns: tuple[str, str, str]) -> tuple[str, Any]:
    """Return the COPY statement and the encoder of a table whose columns are (name, type, expression)."""
    names = ", ".join(column for column, _, _ in columns)
    encoder = compile_encoder([(value, kind.rstrip("?"), kind.endswith("?")) for _, kind, value in columns], loop)
    return f"COPY {name} ({names}) FROM STDIN (FORMAT BINARY)", encoder


_INSTRUCTION = _table(
    "instruction", "for e in rows:",
    ("lane", "int4", "lane"), ("seq", "int8", "e.seq"), ("code", "int4", "e.decision.code"), ("version", "int4", "e.version"),
    ("id", "text", "e.id"), ("kind", "text", "e.kind"), ("state", "text", "e.state"), ("why", "text", "e.decision.why"),
    ("body", "bytea", "e.body"), ("detail", "bytea", "e.detail"),
)  # fmt: skip
_KEY = _table(
    "instruction_key",
    "for e in rows:",
    ("lane", "int4", "lane"),
    ("seq", "int8", "e.seq"),
    ("key16", "bytea", "e.key16"),
)
_JOURNAL = _table(
    "journal", "for e in rows:",
    ("lane", "int4", "lane"), ("seq", "int8", "e.seq"), ("postings", "int4", "len(e.after)"),
    ("value_date", "date?", "e.decision.value_date"), ("template", "text", "e.kind"),
)  # fmt: skip
_POSTING = _table(
    "posting", "for seq, line, p, debit_after, credit_after in rows:",
    ("lane", "int4", "lane"), ("seq", "int8", "seq"), ("line", "int4", "line"), ("debit_account", "int8", "p.debit"),
    ("credit_account", "int8", "p.credit"), ("amount_minor", "int8", "p.amount_minor"), ("debit_after", "int8", "debit_after"),
    ("credit_after", "int8", "credit_after"), ("authority", "int8?", "p.authority"), ("opened", "int8?", "p.opened"),
)  # fmt: skip
_AUTHORITY = _table(
    "authority", "for seq, c, t in rows:",
    ("lane", "int4", "lane"), ("seq", "int8", "seq"), ("amount_minor", "int8", "t.amount_minor"), ("kind", "text", "t.kind"),
    ("owner", "text", "t.owner"), ("type", "text", "t.type"), ("payee", "text", "t.payee"), ("listing", "text", "t.listing"),
    ("until", "text", "t.until"), ("evidence_kind", "text", "c.evidence.kind"), ("key_id", "text", "c.evidence.key_id"),
    ("canonical", "bytea", "t.canonical()"), ("challenge", "bytea", "t.challenge()"),
    ("public_key", "bytea", "c.evidence.public_key"), ("evidence", "bytea", "c.evidence.signature"),
)  # fmt: skip
_CLAIM_MOVE = _table(
    "claim_move", "for seq, line, m in rows:",
    ("lane", "int4", "lane"), ("seq", "int8", "seq"), ("line", "int4", "line"), ("principal_minor", "int8", "m.principal_minor"),
    ("interest_minor", "int8", "m.interest_minor"), ("late_minor", "int8", "m.late_minor"), ("claim", "text", "m.claim"),
    ("listing", "text", "m.listing"), ("holder", "text", "m.holder"),
    ("recourse_interest_minor", "int8", "m.recourse_interest_minor"), ("recourse_late_minor", "int8", "m.recourse_late_minor"),
)  # fmt: skip
_STATE_MOVE = _table(
    "state_move", "for seq, line, m in rows:",
    ("lane", "int4", "lane"), ("seq", "int8", "seq"), ("line", "int4", "line"), ("machine", "text", "m.machine"),
    ("subject", "text", "m.subject"), ("event", "text", "m.event"), ("state", "text", "m.state"),
)  # fmt: skip
_ACCOUNT = _table(
    "account", "for a in rows:",
    ("lane", "int4", "lane"), ("account", "int8", "a.account"), ("code", "text", "a.code"), ("owner", "text", "a.owner"),
    ("pool", "text", "a.pool"), ("currency", "text", "a.currency"),
)  # fmt: skip
_BALANCE = _table(
    "balance", "for account, balance, seq in rows:",
    ("lane", "int4", "lane"), ("account", "int8", "account"), ("balance", "int8", "balance"), ("seq", "int8", "seq"),
)  # fmt: skip


@cache
def _rows(kind: type[Row]) -> tuple[str, Any]:
    described = table(kind)
    columns = [("lane", "int4", "lane")]
    columns += [(c.name, c.type + "?" * c.nullable, f"r.{c.field}") for c in described.columns]
    return _table(described.name, "for r in rows:", *columns)


def copies(batch: Batch) -> list[Copy]:
    """Return what a batch inserts, table by table."""
    return list(_copies(batch))


def _copies(batch: Batch) -> Iterator[Copy]:
    lane, entries = batch.lane, batch.entries
    posted = [entry for entry in entries if entry.after]
    yield from _one(_INSTRUCTION, entries, lane)
    yield from _one(_KEY, entries, lane)
    yield from _one(_JOURNAL, posted, lane)
    yield from _one(_POSTING, _postings(posted), lane)
    yield from _one(_AUTHORITY, [(e.seq, e.decision.authority, e.decision.authority.text) for e in entries
                                 if e.decision.authority is not None], lane)  # fmt: skip
    yield from _one(_CLAIM_MOVE, [(e.seq, n, m) for e in entries for n, m in enumerate(e.decision.claim_moves)], lane)
    yield from _one(_STATE_MOVE, [(e.seq, n, m) for e in entries for n, m in enumerate(e.decision.moves)], lane)
    yield from _one(_ACCOUNT, batch.accounts, lane)
    yield from _one(_BALANCE, new_balances(batch), lane)
    by_kind: dict[type[Row], list[Row]] = defaultdict(list)
    for (kind, _), row in batch.adds.items():
        by_kind[kind].append(row)
    for kind, added in by_kind.items():
        yield from _one(_rows(kind), added, lane)


def _one(described: tuple[str, Any], rows: list[Any], lane: int) -> Iterator[Copy]:
    if rows:
        yield described[0], described[1](rows, lane)


def _postings(posted: list[Entry]) -> list[tuple[int, int, Any, int, int]]:
    return [
        (entry.seq, line, posting, debit_after, credit_after)
        for entry in posted
        for line, (posting, (debit_after, credit_after)) in enumerate(
            zip(entry.decision.postings, entry.after, strict=True)
        )
    ]


def new_balances(batch: Batch) -> list[tuple[int, int, int]]:
    """Return the first balances of accounts that this batch opens."""
    moved = batch.balances
    return [(a.account, *moved.get(a.account, (0, batch.first_seq))) for a in batch.accounts]


def old_balances(batch: Batch) -> list[tuple[int, int, int]]:
    """Return the balances this batch changes, in the order of their accounts: the order they are locked in."""
    opened = {a.account for a in batch.accounts}
    return [(account, *batch.balances[account]) for account in sorted(batch.balances) if account not in opened]
