"""Acts and the log (事项与留痕的核对): what doors did, its leaves, and the rows it is about.

When    beside the lanes
Reads   log_act, in chunks; then of each table that acts are about, the last act of every row beside the row itself
Returns findings: an act changed, removed, added; a row that is not as its last act left it
Source  store/schema/0016_log.sql; ADR 0041
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from psycopg import sql

from cunguan.prove.findings import Finding
from cunguan.prove.log.lane import Compared, Stretch, key_of
from cunguan.prove.log.leaves import ACTS, Keyed, act_leaf
from cunguan.prove.log.source import Chunk
from cunguan.prove.log.tiles import Files, Gone
from cunguan.prove.reading import Reader

CLAIM = "acts"

_ACTS = "SELECT seq, type, salt_key_id, content FROM log_act WHERE seq BETWEEN %s AND %s ORDER BY seq"
_CHUNKS = """
    SELECT first_index, leaves, first_seq, last_seq, sides FROM log_chunk
    WHERE log = %s AND lane = -1 AND first_seq > %s AND first_index < %s ORDER BY first_seq LIMIT 1"""
#: the roles of the processes that change rows
_WRITERS = ("cunguan_door", "cunguan_plane")
#: tables whose rows are acts: their key; the column that names the subject, and those that are left out; the columns that change by an
#: act only, since every change of the row is one or is forbidden, or a trigger asks for them, or no process may change them; and where
#: every new row is an act, the column that says when it was made
_TABLES = """
    SELECT t.tgrelid::regclass::text, array(
               SELECT a.attname::text FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)
               WHERE i.indrelid = t.tgrelid AND i.indisprimary ORDER BY a.attnum),
           (string_to_array(encode(min(t.tgargs), 'escape'), '\\000'))[2:],
           array(SELECT a.attname::text FROM pg_attribute a WHERE a.attrelid = t.tgrelid AND a.attnum > 0 AND NOT a.attisdropped AND (
               EXISTS (SELECT FROM pg_trigger u JOIN pg_proc q ON q.oid = u.tgfoid
                       WHERE u.tgrelid = t.tgrelid AND u.tgtype & 16 > 0 AND q.proname IN ('log_row', 'forbid_change') AND (
                           u.tgqual IS NULL AND u.tgattr::text = '' OR pg_get_triggerdef(u.oid) ~* ('new\\.' || a.attname || '\\M')))
               OR NOT EXISTS (SELECT FROM pg_roles WHERE rolname = ANY (%s)
                              AND has_column_privilege(oid, t.tgrelid, a.attnum, 'UPDATE')))),
           CASE WHEN bool_or(t.tgtype & 4 > 0 AND t.tgqual IS NULL) THEN (
               SELECT name FROM unnest(ARRAY['at', 'made_at', 'created_at', 'changed_at', 'confirmed_at', 'declared_at', 'taken_at',
                                             'opened_at', 'received_at']) WITH ORDINALITY n (name, place)
               JOIN pg_attribute a ON a.attrelid = t.tgrelid AND a.attname = n.name AND a.attnotnull
               AND a.atttypid = 'timestamptz'::regtype ORDER BY place LIMIT 1) END
    FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
    WHERE p.proname = 'log_row' AND has_table_privilege(t.tgrelid, 'SELECT') GROUP BY t.tgrelid ORDER BY 1"""
_UNREADABLE = """
    SELECT DISTINCT t.tgrelid::regclass::text FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
    WHERE p.proname = 'log_row' AND NOT has_table_privilege(t.tgrelid, 'SELECT') ORDER BY 1"""
_DISABLED = """
    SELECT t.tgrelid::regclass::text, t.tgname::text FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
    WHERE p.proname = 'log_row' AND t.tgenabled = 'D' ORDER BY 1, 2"""
#: of a page of acts those that are the last of their row, where the row is gone or is not as they left it; an instant is compared as
#: one, in whatever zone the act's writer told it
_CHANGED = """
    SELECT a.seq, a.row::text, now::text, c.columns
    FROM (SELECT seq, subject, convert_from(content, 'UTF8')::jsonb -> 'row' AS row FROM log_act
          WHERE seq > {after} AND seq <= {upto} AND subject >= {begin} AND subject < {end}) a
    CROSS JOIN LATERAL jsonb_populate_record(NULL::{table}, a.row) w
    LEFT JOIN {table} t ON {same}
    CROSS JOIN LATERAL (SELECT to_jsonb(t) AS now, to_jsonb(w) AS was) j
    CROSS JOIN LATERAL (SELECT string_agg(key, ', ' ORDER BY key) AS columns FROM jsonb_object_keys(a.row) key
                        WHERE key = ANY ({columns}) AND now -> key IS DISTINCT FROM was -> key) c
    WHERE NOT EXISTS (SELECT FROM log_act l WHERE l.subject = a.subject AND l.seq > a.seq AND ({later}))
      AND (now IS NULL OR c.columns IS NOT NULL)
    ORDER BY a.seq LIMIT 20"""
#: rows that came after the log was there, and no act tells of
_UNTOLD = """
    SELECT to_jsonb(t)::text FROM {table} t
    WHERE t.{at} > (SELECT min(at) FROM log_act)
      AND NOT EXISTS (SELECT FROM log_act l WHERE l.subject = {named} || (to_jsonb(t) ->> {subject}) AND ({same})) LIMIT 20"""
#: acts and the rows they are about are few beside postings; still a statement may take longer than a page of those
_SECONDS = 60
PAGE = 5_000


def compare(stretch: Stretch) -> Compared:
    """Compare the acts with their leaves."""
    reader = Reader(stretch.url)
    try:
        found = Compared(ACTS, stretch.after, stretch.after)
        for chunk in _chunks(reader, stretch):
            for finding in _of_chunk(reader, stretch, chunk):
                found.broken += 1
                found.findings.append(finding)
            found.leaves += chunk.leaves
            found.upto = chunk.last_seq
        return found
    finally:
        reader.close()


def _chunks(reader: Reader, stretch: Stretch) -> Iterator[Chunk]:
    after = stretch.after
    while rows := reader.ask(_CHUNKS, stretch.log, after, stretch.size):
        yield (chunk := Chunk(*rows[0]))
        after = chunk.last_seq


def _of_chunk(reader: Reader, stretch: Stretch, chunk: Chunk) -> Iterator[Finding]:
    logged: dict[int, bytes] = {}
    files = Files(Path(stretch.folder), stretch.size)
    for index in range(chunk.first_index, chunk.first_index + chunk.leaves):
        try:
            entry = files.entries(index >> 8)[index & 0xFF]
        except (Gone, IndexError):
            yield _finding(None, f"entry {index}", "missing: its bundle cannot be read")
            continue
        seq = int.from_bytes(entry[2:10], "big")
        if not chunk.first_seq <= seq <= chunk.last_seq or key_of(seq, entry[1]) in logged:
            yield _finding(seq, f"entry {index}", "changed, or twice: it is no leaf of an act of this chunk")
            continue
        logged[key_of(seq, entry[1])] = entry[10:]
    keys = {number: Keyed(key) for number, key in stretch.keys.items()}
    for seq, kind, salt_key_id, content in reader.ask(_ACTS, chunk.first_seq, chunk.last_seq):
        told = logged.pop(key_of(seq, kind), None)
        if told is None:
            yield _finding(seq, f"log_act {seq}", "added, or its type changed: the log has no such leaf")
        elif salt_key_id not in keys or act_leaf(keys[salt_key_id], seq, content) != told:
            yield _finding(seq, f"log_act {seq}", "changed")
    for key in sorted(logged):
        yield _finding(key >> 8, f"log_act {key >> 8}", "removed, or its type changed: the log has its leaf")


def rows(reader: Reader, after: int) -> Iterator[Finding]:
    """Compare the rows that acts are about with what their last act left; acts up to `after` were compared before."""
    reader.set("statement_timeout", f"{_SECONDS}s")
    for table, trigger in reader.ask(_DISABLED):
        yield _finding(None, f"trigger {trigger}", f"switched off: what is done to {table} is no longer an act")
    head = reader.ask("SELECT coalesce(max(seq), 0) FROM log_act")[0][0]
    for table, key, (subject, *left_out), columns, at in reader.ask(_TABLES, list(_WRITERS)):
        if set(key) & set(left_out):
            continue  # an act of it does not tell which row it was of
        for first in range(after, head, PAGE):
            yield from _changed(reader, _page(table, key, columns, first, first + PAGE), table)
        if at is not None:
            yield from _untold(reader, table, key, subject, at)


def unreadable(reader: Reader) -> list[str]:
    """Return the tables that acts are about and this role may not read, since they hold secrets."""
    return [table for (table,) in reader.ask(_UNREADABLE)]


def _changed(reader: Reader, page: Any, table: str) -> Iterator[Finding]:
    for seq, about, there, columns in reader.ask(page):
        if there is None:
            yield _finding(seq, f"{table} of log_act {seq}", "removed: its last act left it", about)
        else:
            yield _finding(seq, f"{table} of log_act {seq}", f"changed since its last act: {columns}", about, there)


def _untold(reader: Reader, table: str, key: list[str], subject: str, at: str) -> Iterator[Finding]:
    told = "convert_from(l.content, 'UTF8')::jsonb -> 'row' ->> {} = to_jsonb(t) ->> {}"
    asked = sql.SQL(_UNTOLD).format(
        table=sql.Identifier(table), at=sql.Identifier(at), subject=sql.Literal(subject), named=sql.Literal(f"{table}:"),
        same=sql.SQL(" AND ").join(sql.SQL(told).format(sql.Literal(name), sql.Literal(name)) for name in key),
    )  # fmt: skip
    for (there,) in reader.ask(asked):
        yield _finding(None, table, "added: no act tells of this row", "", there)


def _page(table: str, key: list[str], columns: list[str], after: int, upto: int) -> Any:
    later = "convert_from(l.content, 'UTF8')::jsonb -> 'row' ->> {} = a.row ->> {}"
    return sql.SQL(_CHANGED).format(
        table=sql.Identifier(table), columns=sql.Literal(columns), after=sql.Literal(after), upto=sql.Literal(upto),
        begin=sql.Literal(f"{table}:"), end=sql.Literal(f"{table};"),
        same=sql.SQL(" AND ").join(sql.SQL("t.{} = w.{}").format(sql.Identifier(name), sql.Identifier(name)) for name in key),
        later=sql.SQL(" AND ").join(sql.SQL(later).format(sql.Literal(name), sql.Literal(name)) for name in key),
    )  # fmt: skip


def _finding(seq: int | None, row: str, what: str, expected: str = "", found: str = "") -> Finding:
    return Finding(CLAIM, ACTS, seq, row, what, expected, found, is_appended=True)
