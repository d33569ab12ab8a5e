"""Tables (列表): the console's lists, each a named statement of store/sql with its columns; a new list is one more line in a file here.

Shape   Table: what it is called, its statement, its columns, the columns its key is made of, its filters, who may read it
        a statement takes `limit`, `k0`, `k1`, … (the key after which it goes on, NULL: from the first), and the table's filters
        by_door: the statement is run by the role `door`, for what lies beyond the portals' wall
Reads   TABLES of each module of this folder; English words, translated when they are shown: `marked` marks them, for the jobs worker
        reads this folder without Django's settings
"""

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache
from typing import Final

import msgspec

from cunguan.desks.people.roles import AUDITOR, REGULATOR, STAFF

EVERYBODY: Final = frozenset({STAFF, REGULATOR, AUDITOR})
#: a lane a list may be narrowed to
LANE: Final = "lane"


class Column(msgspec.Struct, frozen=True):
    """A column: its words, the field of a row, how it is shown (text, code, money, number, date, instant, state, kind, account,
    yes, notice, not_sent), and where it leads: the name of an address with the fields that are its arguments."""

    label: str
    field: str
    shown: str = "text"
    link: str = ""
    args: tuple[str, ...] = ()


class Filter(msgspec.Struct, frozen=True):
    """What a list may be narrowed by: the parameter, its words, and what may be chosen (none: it is written)."""

    name: str
    label: str
    choices: tuple[tuple[str, str], ...] = ()
    default: str = ""


class Table(msgspec.Struct, frozen=True):
    """A list."""

    name: str
    title: str
    says: str
    statement: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    group: str
    filters: tuple[Filter, ...] = ()
    given: Mapping[str, object] = {}
    empty: str = ""
    kinds: frozenset[str] = EVERYBODY
    by_door: bool = False


def marked(text: str) -> str:
    """Return a text as it is: who collects the words finds it by this call."""
    return text


@cache
def tables() -> Mapping[str, Table]:
    """Return every list by its name."""
    modules = (importlib.import_module(f"{__name__}.{one.name}") for one in pkgutil.iter_modules(__path__))
    found = [table for module in modules for table in getattr(module, "TABLES", ())]
    assert len({one.name for one in found}) == len(found), "a list's name stands twice"
    return {one.name: one for one in found}


def parameters(table: Table, asked: Mapping[str, str], after: object, limit: int) -> dict[str, object]:
    """Return what a table's statement is given."""
    keys = list(after) if isinstance(after, list) else []
    return {
        **{f"k{n}": keys[n] if n < len(keys) else None for n in range(len(table.key))},
        **{one.name: _value(one, asked.get(one.name, "")) for one in table.filters},
        **table.given,
        "limit": limit,
    }


def _value(one: Filter, text: str) -> object:
    if one.name == LANE:
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
    if one.choices:
        return text if text in {value for value, _ in one.choices} else one.default
    return text[:200]


def key_of(table: Table, row: Mapping[str, object]) -> list[object]:
    """Return the key of a row, as an address holds it."""
    return [value if isinstance(value, int | str) else str(value) for value in (row[name] for name in table.key)]
