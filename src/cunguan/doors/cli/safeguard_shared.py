"""What the acts of `cunguan safeguard` share (测算命令公用): the database, a date, the language, and what a wrong line is told."""

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import psycopg

from cunguan.doors.cli.database import running
from cunguan.doors.papers.words import language_of
from cunguan.kernel.dates import parse_date
from cunguan.store.embedded.errors import DatabaseError


@contextmanager
def connected(wiring: Any) -> Iterator[tuple[psycopg.Connection[Any], str]]:
    """Connect as the doors do: they read the books, and write their own tables."""
    url = str(wiring.door_url(running(wiring).start()))
    try:
        with psycopg.connect(url, autocommit=True) as connection:
            yield connection, url
    except psycopg.errors.UndefinedTable:
        raise DatabaseError("this database holds no books.\nType: cunguan db migrate") from None


def language_in(arguments: argparse.Namespace, wiring: Any) -> int:
    """Return which word of a pair is shown: 0 English, 1 Chinese."""
    return 1 if (arguments.lang or language_of(wiring.environ)) == "zh" else 0


def day(text: str) -> date:
    """Read a date for argparse."""
    try:
        return parse_date(text)
    except ValueError as wrong:
        raise argparse.ArgumentTypeError(str(wrong)) from None


def wrong(says: str, code: int = 2) -> int:
    """Say what is wrong, and return the exit code."""
    print(f"cunguan safeguard: {says}", file=sys.stderr)
    return code
