"""What the acts of `cunguan safeguard` share (测算命令公用): the language, and what a wrong line is told."""

import argparse
import sys
from typing import Any

from cunguan.doors.cli.arguments import asked_language


def language_in(arguments: argparse.Namespace, wiring: Any) -> int:
    """Return which word of a pair is shown: 0 English, 1 Chinese."""
    return 1 if asked_language(arguments, wiring) == "zh" else 0


def wrong(says: str, code: int = 2) -> int:
    """Say what is wrong, and return the exit code."""
    print(f"cunguan safeguard: {says}", file=sys.stderr)
    return code
