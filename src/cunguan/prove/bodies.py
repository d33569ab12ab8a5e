"""Bodies (指令内容): what was asked is what was confirmed, what was posted and what was written.

Reads   instruction, authority, posting, and the rows an instruction opens
Not     a field that nothing else repeats (a reason, a reference): only the log can tell that it was altered
Source  design/lanes.md 9 and "Formats that last"; domain-decisions.md 8
"""

from base64 import b64encode
from collections.abc import Iterator
from datetime import date
from typing import Any

import msgspec

from cunguan.kernel.canonical import canonical_json
from cunguan.prove.asked import ADDED, MOVES, ROWS, TEXTS, Body, Moved, Text, Written, filled, total
from cunguan.prove.claim import Claim
from cunguan.prove.findings import Finding
from cunguan.prove.reading import Chunk, Rows

Done = list[tuple[int, str, Body]]  # sequence, id, body


class Bodies(Claim):
    """An altered body no longer fits."""

    name = "bodies"
    says = "each body is in canonical form and fits what was confirmed, posted and written for it"

    def read(self, chunk: Chunk) -> Iterator[Finding]:
        """Compare each body with what it led to."""
        self.checked += len(chunk.instructions)
        texts = {row[0]: row for row in chunk.authorities}
        done: dict[str, Done] = {}
        for seq, _, _, name, kind, state, raw, _, _ in chunk.instructions:
            try:
                body = msgspec.json.decode(raw)
                is_canonical = canonical_json(body) == raw
            except (msgspec.DecodeError, UnicodeDecodeError):
                body, is_canonical = None, False
            if not is_canonical or not isinstance(body, dict):
                yield self.finding(seq, f"instruction {name}", "its body is not in canonical form")
            elif state == "done":
                done.setdefault(kind, []).append((seq, name, body))
        for kind, entries in sorted(done.items()):
            try:
                yield from self._of_kind(kind, entries, texts, chunk)
            except (KeyError, TypeError) as missing:
                yield self.finding(
                    entries[0][0], f"instructions {kind}", "a body lacks a field that its kind has", found=missing
                )

    def _of_kind(self, kind: str, entries: Done, texts: dict[int, Any], chunk: Chunk) -> Iterator[Finding]:
        yield from self._confirmed(kind, entries, texts)
        if kind in MOVES:
            yield from self._moved(MOVES[kind], entries, chunk)
        for written in ROWS.get(kind, ()):
            yield from self._written(written, entries)

    # ── confirmed ────────────────────────────────────────────────────────────
    def _confirmed(self, kind: str, entries: Done, texts: dict[int, Any]) -> Iterator[Finding]:
        text = TEXTS.get(kind)
        for seq, name, body in entries:
            row = texts.get(seq)
            if text is None or _is_without(text, body):
                if row is not None:
                    yield self.finding(
                        seq, f"authority {seq}", f"a {kind} of this form is confirmed by nobody", "none", row[2]
                    )
                continue
            if row is None:
                yield self.finding(
                    seq, f"instruction {name}", "the client's confirmation is missing", text.kind, "none"
                )
                continue
            expected = (
                total(text.amount, body), filled(text.kind, body), body[text.owner],
                *(filled(pattern, body) for pattern in (text.type, text.payee, text.listing, text.until)),
            )  # fmt: skip
            if row[1:8] != expected:
                yield self.finding(
                    seq, f"instruction {name}", "its body is not what the client confirmed", row[1:8], expected
                )

    # ── posted ───────────────────────────────────────────────────────────────
    def _moved(self, lines: tuple[Moved, ...], entries: Done, chunk: Chunk) -> Iterator[Finding]:
        posted, owners = chunk.posted, self.books.owners
        for line in lines:
            gives, takes = self.books.having(*sorted(line.debit)), self.books.having(*sorted(line.credit))
            for seq, name, body in entries:
                if line.when is not None and body[line.when[0]] != line.when[1]:
                    continue
                owner = body[line.owner] if line.owner else None
                found = 0
                for row in posted.get(seq, ()):
                    if (
                        row[2] in gives
                        and row[3] in takes
                        and (owner is None or owner in (owners[row[2]], owners[row[3]]))
                    ):
                        found += row[4]
                if found != total(line.amount, body):
                    what = (
                        f"its body asks for another amount than was posted from {_or(line.debit)} to {_or(line.credit)}"
                    )
                    yield self.finding(seq, f"instruction {name}", what, found, total(line.amount, body))

    # ── written ──────────────────────────────────────────────────────────────
    def _written(self, written: Written, entries: Done) -> Iterator[Finding]:
        ids = {filled(written.id, body, name): (seq, name, body) for seq, name, body in entries}
        rows = self._rows(written, list(ids))
        for row_id, (seq, name, body) in ids.items():
            row = rows.get(row_id)
            if row == tuple(map(body.get, written.columns.values())):
                continue
            if row is None:
                yield self.finding(seq, f"instruction {name}", f"the row it wrote is gone: {written.table} {row_id}")
                continue
            for (column, field), value in zip(written.columns.items(), row, strict=True):
                found = _plain(value)
                added = ADDED.get((written.table, column))
                if added is not None and not found and self.books.is_before(seq, added):
                    continue
                if found != body[field]:
                    what = f"{column} is not what the instruction said"
                    yield self.finding(seq, f"{written.table} {row_id}", what, body[field], found)

    def _rows(self, written: Written, ids: list[str]) -> dict[str, tuple[Any, ...]]:
        columns = ", ".join(written.columns)
        statement = f"SELECT id, {columns} FROM {written.table} WHERE lane = %s AND id = ANY(%s)"
        rows: Rows = self.books.ask(statement, ids)
        return {row[0]: row[1:] for row in rows}


def _is_without(text: Text, body: Body) -> bool:
    """Test that nobody confirms a body of this form: a mandate stands for it, or nothing is asked of anybody."""
    if text.unless is not None and body[text.unless[0]] == text.unless[1]:
        return True
    return bool(text.mandate and body[text.mandate])


def _plain(value: Any) -> Any:
    """Return a column as the body's JSON writes it."""
    if isinstance(value, date):
        return value.isoformat()
    return b64encode(value).decode() if isinstance(value, bytes) else value


def _or(codes: frozenset[str]) -> str:
    return " or ".join(sorted(codes))
