"""The command line `cunguan` (命令行): finds the verb, calls it, turns its outcome into an exit code.

When    a person or a script types `cunguan <verb> …`
Returns 0 the claim holds, 1 it does not, 2 wrong usage
Errors  DatabaseError: shown as it stands, 1 · a package of an extra that is not installed: the line to type, 2

A verb is a module with `add_parser(subparsers)`. It names its function with `set_defaults(run=…)`; the function takes
the parsed arguments and the wiring and returns the exit code. A new verb is one module and one word in VERBS.
"""

import argparse
import importlib
import os
import sys
from collections.abc import Sequence
from typing import Any

import cunguan
from cunguan.doors import extras
from cunguan.doors.cli import typed_names
from cunguan.doors.supervisor.lifeline import hold
from cunguan.keys.providers.base import KeysWrong
from cunguan.keys.sealed import KeyMissing
from cunguan.store.embedded.errors import DatabaseError

VERBS = (
    "api",
    "approvals",
    "bench",
    "break",
    "calendar",
    "catalogue",
    "checkfile",
    "close-day",
    "db",
    "demo",
    "demobank",
    "history",
    "inbox",
    "jobs",
    "key",
    "lane",
    "liabilities",
    "log",
    "openapi",
    "payee",
    "people",
    "person",
    "plane",
    "prove",
    "quarantine",
    "receipt",
    "reconcile",
    "report",
    "retention",
    "reversal",
    "safeguard",
    "serve",
    "statement",
    "status",
    "submit",
    "suspense",
    "tls",
    "up",
    "web",
    "webhooks",
)


def parser(verbs: Sequence[str] = VERBS) -> argparse.ArgumentParser:
    """Return the parser of the whole command line, or of some of its verbs: a process loads what it needs."""
    whole = argparse.ArgumentParser(prog="cunguan", description="Fund custody (存管): clients' books, kept and proved.")
    whole.add_argument("--version", action="version", version=f"cunguan {cunguan.__version__}")
    subparsers = whole.add_subparsers(metavar="VERB", required=True)
    for verb in verbs:
        importlib.import_module(f"cunguan.doors.cli.{verb.replace('-', '_')}").add_parser(subparsers)
    typed_names.offer(whole)
    return whole


def main(argv: Sequence[str], wiring: Any) -> int:
    """Run one command line and return its exit code; argparse itself leaves with 2 on wrong usage."""
    hold(os.environ)
    arguments = parser(argv[:1] if argv and argv[0] in VERBS else VERBS).parse_args(argv)
    try:
        if (refused := typed_names.refusal(arguments, wiring, " ".join(argv[:2]))) is not None:
            print(f"cunguan {argv[0]}: {refused}", file=sys.stderr)
            return 1
        return int(arguments.run(arguments, wiring))
    except (DatabaseError, KeyMissing, KeysWrong) as wrong:
        print(f"cunguan: {wrong}", file=sys.stderr)
        return 1
    except ImportError as wrong:
        if (told := extras.to_type(wrong)) is None:
            raise
        print(f"cunguan: {told}", file=sys.stderr)
        return 2
    except BrokenPipeError:
        sys.stderr.close()  # the reader went away (… | head): nobody is left to be told
        return 1
    except KeyboardInterrupt:
        return 130
