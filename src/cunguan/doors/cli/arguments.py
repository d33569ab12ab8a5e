"""Arguments (命令行参数): values that several verbs take.

Errors  argparse.ArgumentTypeError: what is wrong with it, for the person who typed it
"""

import argparse
from datetime import date
from typing import Any

from cunguan.doors.papers.words import language_of
from cunguan.kernel.dates import parse_date


def date_of(text: str) -> date:
    """Read a date."""
    try:
        return parse_date(text)
    except ValueError as wrong:
        raise argparse.ArgumentTypeError(str(wrong)) from None


def asked_language(arguments: argparse.Namespace, wiring: Any) -> str:
    """Return the language that is asked for: by --lang, else by the environment."""
    return str(arguments.lang or language_of(wiring.environ))
