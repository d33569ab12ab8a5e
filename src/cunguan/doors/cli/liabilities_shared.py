"""What the acts of `cunguan liabilities` share (负债证明命令公用): how a value is shown, and what a wrong line is told."""

import argparse
import sys
from collections.abc import Callable, Iterable
from typing import Any

from cunguan.doors.cli.arguments import asked_language
from cunguan.kernel.canonical import canonical_json


def wrong(says: str, code: int = 1) -> int:
    """Say what is wrong, and return the exit code."""
    print(f"cunguan liabilities: {says}", file=sys.stderr)
    return code


def told(arguments: argparse.Namespace, wiring: Any, value: Any, lines: Callable[[int], Iterable[str]]) -> None:
    """Print a value, or its lines in the language that is asked for."""
    language = 1 if asked_language(arguments, wiring) == "zh" else 0
    print(canonical_json(value).decode() if arguments.json else "\n".join(lines(language)))
