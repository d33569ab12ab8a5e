"""Making (对账文件生成): the files of each business date that is over, signed and kept as they are issued.

When    a lane's day was closed: the jobs look every half minute; `cunguan checkfile make`
Does    one transaction a file; the zip comes last, and a date that has it has all. Cut off, it goes on where it was: a file
        that is there stays as it is, byte for byte
Errors  psycopg.Error: the database said no; tried again
Source  design/lanes.md 21
"""

import hashlib
from collections.abc import Iterator
from datetime import date, datetime, timedelta, tzinfo
from typing import Any, Final

import msgspec
import psycopg

from cunguan.formats import checkfile, lanmao
from cunguan.formats.checkfile import CSV, JSONL, KINDS, Row
from cunguan.keys.custodian import CustodianKey
from cunguan.store import checking
from cunguan.store.checking import Span
from cunguan.store.history import History
from cunguan.store.sqlfiles import statement

ZIP: Final = "zip"
LANMAO: Final = "lanmao"


class Place(msgspec.Struct, frozen=True):
    """A platform's lane."""

    lane: int
    platform: str
    business_date: date
    pack: str


class Maker(msgspec.Struct, frozen=True):
    """What files are made with."""

    url: str
    key: CustodianKey
    zone: tzinfo
    now: datetime


def places(connection: psycopg.Connection[Any]) -> list[Place]:
    """Return the platforms' lanes."""
    return [Place(*row[:4]) for row in connection.execute(statement("check_lanes"))]


def make_missing(maker: Maker, place: Place) -> list[date]:
    """Issue the files of every date that is over since the last that has them; return these dates."""
    with History(maker.url) as history:
        spans = checking.missing(history, place.lane, place.business_date)
        for span in spans:
            make(maker, history, span, place)
    return [span.day for span in spans]


def make_one(maker: Maker, place: Place, day: date) -> bool:
    """Issue the files of one date; False when it is not over, had no business, or has its files."""
    with History(maker.url) as history:
        spans = checking.between(
            history, place.lane, day - timedelta(days=1), min(place.business_date, day + timedelta(days=1))
        )
        for span in spans:
            make(maker, history, span, place)
    return bool(spans)


def make(maker: Maker, history: History, span: Span, place: Place) -> None:
    """Issue the files of one date."""
    with psycopg.connect(maker.url, autocommit=True) as connection:
        for kind, rows in _kinds(history, span):
            for form in (CSV, JSONL):
                content = checkfile.write(
                    rows, platform=place.platform, day=span.day, kind=kind, first_seq=span.first, last_seq=span.last, form=form
                )  # fmt: skip
                _issue(connection, maker, span, place, kind, form, content)
        records = checking.lanmao(history, span, place.platform, maker.zone)
        content = lanmao.write(records, platform=place.platform, day=span.day)
        _issue(connection, maker, span, place, LANMAO, ZIP, content, sum(map(len, records.values())))


def _kinds(history: History, span: Span) -> Iterator[tuple[str, list[Any]]]:
    yield "orders", list(checking.orders(history, span))
    yield "balances", list(checking.balances(history, span))
    found = checking.loans(history, span)
    yield "listings", list[Row](found.listings)
    yield "claims", list[Row](found.claims)


def _issue(
    connection: psycopg.Connection[Any],
    maker: Maker,
    span: Span,
    place: Place,
    kind: str,
    form: str,
    content: bytes,
    count: int = 0,
) -> None:
    head = checkfile.header(content) if kind in KINDS else None
    connection.execute(statement("check_issue"), {
        "lane": span.lane, "business_date": span.day, "kind": kind, "form": form, "first_seq": span.first, "seq": span.last,
        "row_count": count if head is None else head.count, "debit_minor": 0 if head is None else head.debit_minor,
        "credit_minor": 0 if head is None else head.credit_minor, "issued_at": maker.now, "issued_on": place.business_date,
        "sha256": hashlib.sha256(content).digest(), "key_id": maker.key.id, "signature": maker.key.sign(content),
        "content": content,
    })  # fmt: skip
