"""Cells (单元格): a value of a row as a list shows it, by its column; and the words of kinds, codes and accounts.

Shape   what is no amount, date, state or word of ours stands as it is; Chinese readers get the Chinese words of the papers
"""

import importlib
import re
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from typing import Any, Final

import msgspec
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.translation import gettext

from cunguan.desks.notices.wording import WHY, Said, said_of
from cunguan.doors.api.shown_words import FIELDS
from cunguan.doors.papers.words import AUTHORITIES, Words
from cunguan.doors.portals.custodian.decoding import read
from cunguan.doors.portals.custodian.tables import Column, Table
from cunguan.doors.portals.custodian.words import FIELD_WORDS
from cunguan.doors.portals.shell.templatetags.shell import amount, state, when
from cunguan.doors.portals.shell.tongue import either, tongue
from cunguan.operations.catalogue import operation
from cunguan.reconciliation.breaks import CODES

_NAME: Final = re.compile(r"^(.+?) \((.+?)\)")


class Cell(msgspec.Struct, frozen=True):
    """One cell: the words of its column, what stands in it, and whether it is an amount or a number."""

    label: str
    html: Any
    is_number: bool


def cells(table: Table, row: Mapping[str, Any]) -> list[Cell]:
    """Return the cells of a row."""
    return [Cell(gettext(one.label), _linked(one, row), one.shown in ("money", "number")) for one in table.columns]


def _linked(column: Column, row: Mapping[str, Any]) -> Any:
    shown = show(column.shown, row.get(column.field), row)
    args = [row.get(name) for name in column.args]
    if not column.link or not shown or any(one in (None, "") for one in args):
        return shown
    try:
        return format_html('<a href="{}">{}</a>', reverse(column.link, args=args), shown)
    except NoReverseMatch:
        return shown


def show(shown: str, value: Any, row: Mapping[str, Any] = {}) -> Any:
    """Return a value as it is shown."""
    if value is None or value == "":
        return ""
    if shown == "money":
        return amount(int(value), str(row.get("currency") or "")) if row.get("currency") else str(value)
    if shown in ("date", "instant") or isinstance(value, date | datetime):
        return when(value)
    if shown == "state":
        return state(str(value))
    if shown == "yes":
        return gettext("yes") if value else gettext("no")
    if shown == "code":
        return format_html('<code class="reference">{}</code>', value)
    if shown == "notice":
        return notice(str(value), read(row.get("values"))).title
    return _worded(shown, str(value))


def _worded(shown: str, text: str) -> Any:
    if shown == "kind":
        return kind(text)
    if shown == "account":
        return account(text)
    if shown == "break":
        return break_code(text)
    if shown == "not_sent":
        return gettext(WHY[text]) if text in WHY else text
    return gettext(text).replace("_", " ") if shown == "word" else text


@cache
def _names(kind: str) -> tuple[str, str]:
    """Return what an operation is called in both languages: its module says so in its first words."""
    try:
        doc = importlib.import_module(operation(kind).decide.__module__).__doc__ or ""
    except LookupError:
        return kind, kind
    found = _NAME.match(doc)
    return (found[1], found[2]) if found else (kind.replace("_", " "), kind)


def kind(name: str) -> str:
    """Return what a kind of instruction is called."""
    return either(*_names(name))


def account(code: str) -> str:
    """Return a code of the chart with its name."""
    try:
        return Words(tongue()).account(code)
    except KeyError:
        return code


def break_code(code: str) -> str:
    """Return a break's code with what it says."""
    return f"{code} {said(CODES[code].says)}" if code in CODES else code


def said(words: Any) -> str:
    """Return a text of both languages in the reader's."""
    return either(words.en, words.zh)


def notice(name: str, values: Any) -> Said:
    """Return a notice as its reader reads it; by its kind alone where code of another version wrote it."""
    try:
        return said_of(name, values)
    except (LookupError, TypeError, ValueError):
        return Said(name, "", "")


def authority(kind_: str) -> str:
    """Return what a kind of authority is."""
    return either(*AUTHORITIES[kind_]) if kind_ in AUTHORITIES else kind_


def field(name: str) -> str:
    """Return what a field of an instruction is called: as clients read it, else by its own name."""
    if name in FIELDS:
        return either(*FIELDS[name])
    return gettext(FIELD_WORDS[name]) if name in FIELD_WORDS else name.replace("_", " ")
