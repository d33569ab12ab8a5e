"""Retention in the books (到期保存资料): how many rows of each table a day lets go, and how many an order keeps.

When    `cunguan retention due`; it only counts, nothing is purged
Reads   ranges of sequences and lists of ids in short transactions
Shape   Due: a class and a table of it, rows that may go, rows that would but for a legal order that is not over
Source  policy/retention.py; domain-decisions.md 35; invariant 40 (the report)
"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import msgspec

from cunguan.policy.retention import ACCOUNT_END, BUSINESS_DATE, CLASSES, FILE_DATE, LOAN_END, Class, cutoff
from cunguan.store.history import History, LaneSeen

IDS_AT_ONCE = 500
SEQUENCES_AT_ONCE = 50_000

#: states in which something is not over, however old it is
_OPEN = {
    "adjustment":    ("asked",),
    "client_debt":   ("owed",),
    "payout":        ("held", "sent", "in_doubt"),
    "shortfall":     ("found",),
    "suspense_item": ("open",),
    "unclaimed":     ("unclaimed",),
    "withdrawal":    ("unconfirmed", "challenged", "held", "sent", "in_doubt"),
}  # fmt: skip

#: of these the rows count whose instruction posted
_WITH_JOURNAL = frozenset({"instruction", "instruction_key", "authority", "state_move"})

#: how the rows of a table are found by the ids of loans
_BY_LOAN = {
    "listing":  "SELECT count(*) FROM listing WHERE lane = %(lane)s AND id = ANY(%(ids)s)",
    "run_item": "SELECT count(*) FROM run r CROSS JOIN LATERAL generate_series(1, r.steps) k JOIN run_item i "
                "ON i.lane = r.lane AND i.step = r.id || ':' || k WHERE r.lane = %(lane)s AND r.listing = ANY(%(ids)s)",
}  # fmt: skip
_BY_LISTING = "SELECT count(*) FROM {} WHERE lane = %(lane)s AND listing = ANY(%(ids)s)"

#: table -> column that names a holder, in his lane; or a person, in lane 0 or in his lane
_HOLDER = {"holder_account": "id", "client_key": "holder", "client_limit": "id", "card": "holder", "mandate": "holder",
           "fee_consent": "holder",           "legal_freeze": "holder", "further_account": "owner", "authorisation": "owner"}  # fmt: skip
_PERSON = {"person": "id", "person_link": "person", "person_here": "id", "legal_order": "person", "order_here": "person",
           "lock_order": "person", "exposure": "person", "reservation": "person", "related_party": "id",
           "person_detail": "person", "person_document": "person", "person_document_part": "person", "person_payee": "person",
           "order_share": "(SELECT person FROM legal_order o WHERE o.lane = order_share.lane AND o.id = legal_order)"}  # fmt: skip

#: of these a row counts when the card does that names its payee
_BY_CARD = {
    "payee_detail": "SELECT count(*) FROM payee_detail d WHERE EXISTS (SELECT FROM card c "
                    "WHERE c.lane = %(lane)s AND c.payee_hash = d.payee_hash AND c.holder = ANY(%(ids)s))",
}  # fmt: skip

#: how the rows of a table are found by the date of the file they came with; the others name it in `file`
_OF_FILE = {
    "bank_file":  "at < %(end)s",
    "bank_line":  "statement IN (SELECT s.id FROM bank_statement s JOIN bank_file f ON f.id = s.file WHERE f.at < %(end)s)",
    "bank_entry": "statement IN (SELECT s.id FROM bank_statement s JOIN bank_file f ON f.id = s.file WHERE f.at < %(end)s)",
}  # fmt: skip
_BY_FILE = "file IN (SELECT id FROM bank_file WHERE at < %(end)s)"


class Due(msgspec.Struct, frozen=True):
    """What of one table a day lets go."""

    retention: str
    table: str
    until: date  # what ended on this day or before it
    due: int
    held: int


def due(history: History, day: date) -> list[Due]:
    """Return what is due on a day, over all lanes, class by class and table by table."""
    persons = [person for (person,) in history.ask("retention_persons")]
    lanes = history.lanes()
    return [one for of in CLASSES for one in _due(history, lanes, of, cutoff(of, day), persons)]


def _due(history: History, lanes: list[LaneSeen], of: Class, until: date, persons: list[str]) -> list[Due]:
    counts = {table: [0, 0] for table in of.tables}
    counts_by = {LOAN_END: _loans, BUSINESS_DATE: _transactions, ACCOUNT_END: _holders, FILE_DATE: _files}
    count = counts_by[of.starts]
    for table, may_go, is_held in count(history, lanes, of, until, persons):
        counts[table][0] += may_go
        counts[table][1] += is_held
    return [Due(of.name, table, until, *counted) for table, counted in counts.items()]


Counted = Iterator[tuple[str, int, int]]


def _loans(history: History, lanes: list[LaneSeen], of: Class, until: date, persons: list[str]) -> Counted:
    for lane in lanes:
        ended = history.ask("retention_loans", lane=lane.lane, cutoff=until, persons=persons)
        for table in of.tables:
            statement = _BY_LOAN.get(table, _BY_LISTING.format(table))
            free, held = [row[0] for row in ended if not row[2]], [row[0] for row in ended if row[2]]
            yield table, _count(history, statement, lane.lane, free), _count(history, statement, lane.lane, held)


def _transactions(history: History, lanes: list[LaneSeen], of: Class, until: date, persons: list[str]) -> Counted:
    for lane in lanes:
        upto = history.seq_on(lane.lane, until)
        held = (
            [seq for (seq,) in history.ask("retention_touched", lane=lane.lane, seq=upto, persons=persons)]
            if persons
            else []
        )
        for table in of.tables:
            for first in range(1, upto + 1, SEQUENCES_AT_ONCE):
                last = min(first + SEQUENCES_AT_ONCE - 1, upto)
                touched = [seq for seq in held if first <= seq <= last]
                ((rows, kept),) = history.count(_range(table), lane=lane.lane, first=first, last=last, held=touched)
                yield table, rows - kept, kept


def _range(table: str) -> str:
    seq = "first_seq" if table == "batch" else "seq"
    open_states = ", ".join(f"'{state}'" for state in _OPEN.get(table, ()))
    ends = f" AND state NOT IN ({open_states})" if open_states else ""
    posts = (
        " AND EXISTS (SELECT FROM journal j WHERE j.lane = t.lane AND j.seq = t.seq)" if table in _WITH_JOURNAL else ""
    )
    ends += " AND business_date > '0001-01-01'" if table == "batch" else ""  # a lane is opened before its first day
    kept = "EXISTS (SELECT FROM unnest(%(held)s::int8[]) h WHERE h BETWEEN t.first_seq AND t.last_seq)"
    kept = kept if table == "batch" else "seq = ANY(%(held)s::int8[])"
    return (
        f"SELECT count(*), count(*) FILTER (WHERE {kept}) FROM {table} t "
        f"WHERE lane = %(lane)s AND {seq} BETWEEN %(first)s AND %(last)s{ends}{posts}"
    )


def _files(history: History, lanes: list[LaneSeen], of: Class, until: date, persons: list[str]) -> Counted:
    """A bank's file is of many clients: while one of them is under an order, every file is kept."""
    end = until + timedelta(days=1)
    for table in of.tables:
        ((rows,),) = history.count(f"SELECT count(*) FROM {table} WHERE {_OF_FILE.get(table, _BY_FILE)}", end=end)
        yield table, 0 if persons else rows, rows if persons else 0


def _holders(history: History, lanes: list[LaneSeen], of: Class, until: date, persons: list[str]) -> Counted:
    ended: dict[int, list[Any]] = {
        lane.lane: history.ask("retention_holders", lane=lane.lane, cutoff=until, persons=persons) for lane in lanes
    }
    gone = {row[1] for rows in ended.values() for row in rows}
    here = _still_here(history, lanes, ended)
    for lane in lanes:
        for table in of.tables:
            column = _HOLDER.get(table) or _PERSON.get(table)
            statement = (
                _BY_CARD.get(table) or f"SELECT count(*) FROM {table} WHERE lane = %(lane)s AND {column} = ANY(%(ids)s)"
            )
            if table in _HOLDER or table in _BY_CARD:
                free, held = ([row[0] for row in ended[lane.lane] if row[3] is is_held] for is_held in (False, True))
            else:
                free, held = sorted(gone - here - set(persons)), sorted((gone - here) & set(persons))
            yield table, _count(history, statement, lane.lane, free), _count(history, statement, lane.lane, held)


def _still_here(history: History, lanes: list[LaneSeen], ended: dict[int, list[Any]]) -> set[str]:
    """Return those who have another account that did not end, or ended later: who they are is still kept."""
    statement = "SELECT id, person FROM holder_account WHERE lane = %(lane)s AND person = ANY(%(ids)s)"
    gone = sorted({row[1] for rows in ended.values() for row in rows})
    here: set[str] = set()
    for lane in lanes:
        closed = {row[0] for row in ended[lane.lane]}
        for place in range(0, len(gone), IDS_AT_ONCE):
            found = history.count(statement, lane=lane.lane, ids=gone[place : place + IDS_AT_ONCE])
            here.update(person for holder, person in found if holder not in closed)
    return here


def _count(history: History, statement: str, lane: int, ids: list[str]) -> int:
    return sum(
        history.count(statement, lane=lane, ids=list(ids[place : place + IDS_AT_ONCE]))[0][0]
        for place in range(0, len(ids), IDS_AT_ONCE)
    )
