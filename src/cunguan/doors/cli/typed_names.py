"""Typed names (键入双人姓名): a maker and a checker at the command line, and when they count no more.

When    a verb is called with --maker and --checker, or hands in a message with both
Does    while fewer than two of the staff have passkeys, and in an installation of sandboxes alone, typed names stand as they did.
        Then the console is the way: they are refused. --break-glass REASON lets them through, under the references of two people with
        passkeys: noted for WITHIN, an act of the log, a notice to each of the staff, a banner and a figure until somebody else has
        reviewed it
Returns None, or what to tell whoever typed them
Source  issue "People" 4; ADR 0049; docs/runbooks/broken-glass.md
"""

import argparse
import secrets
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import psycopg

from cunguan.store.sqlfiles import statement

#: how long an act that was let through has to be done [K]
WITHIN: Final = timedelta(hours=1)
OPTION: Final = "--break-glass"


def offer(parser: argparse.ArgumentParser) -> None:
    """Give every verb that takes two names, or a message, the way past the refusal."""
    for one in _leaves(parser):
        names = {action.dest for action in one._actions}
        if {"maker", "checker"} <= names and "break_glass" not in names:
            one.add_argument(
                OPTION,
                metavar="REASON",
                default="",
                help="emergency: staff with passkeys cannot sign in the console; why",
            )


def _leaves(parser: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    yield parser
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for one in dict.fromkeys(action.choices.values()):
                yield from _leaves(one)


def refusal(arguments: argparse.Namespace, wiring: Any, verb: str) -> str | None:
    """Return why the names that were typed do not stand, or None; what breaks the glass is written down first."""
    if not (hasattr(arguments, "maker") and hasattr(arguments, "checker")):
        return None
    return refused(wiring, verb, arguments.maker, arguments.checker, getattr(arguments, "break_glass", ""))


def refused(wiring: Any, subject: str, maker: str, checker: str, reason: str) -> str | None:
    """Return why two names do not stand, or None."""
    database = wiring.database()
    if not database.status().is_up():
        return None  # the verb says so itself
    with psycopg.connect(database.start()) as owner:
        try:
            names = [maker.strip(), checker.strip()]
            row = owner.execute(statement("typed_names_are_over"), {"names": names}).fetchone()
        except psycopg.errors.UndefinedTable:
            return None
        assert row is not None
        is_over, known = row
        if not is_over:
            return None
        if not reason.strip():
            return (
                "typed_names_refused: staff with passkeys sign this in the console, under Approvals.\n"
                f"In an emergency: {OPTION} REASON, with the references of two of them as --maker and --checker"
            )
        if set(known) != set(names) or len(set(names)) != 2:
            return f"{OPTION} needs the references of two different people of the staff who have passkeys"
        _break(owner, subject, (names[0], names[1]), reason.strip())
    return None


def _break(owner: psycopg.Connection[Any], subject: str, names: tuple[str, str], reason: str) -> None:
    now = datetime.now(UTC)
    row = {
        "id": f"typed:{secrets.token_hex(12)}", "subject": f"cunguan {subject}", "maker": names[0], "checker": names[1], "reason": reason,
        "since": now, "until": now + WITHIN,
    }  # fmt: skip
    owner.execute(statement("broken_glass_add"), row)
    owner.execute(statement("broken_glass_tell"), row)
