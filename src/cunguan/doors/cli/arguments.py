"""Arguments (命令行参数): kinds of values that verbs take.

Errors  argparse.ArgumentTypeError: what is wrong with it, for the person who typed it
"""

import argparse
from datetime import date

from cunguan.kernel.dates import parse_date


def date_of(text: str) -> date:
    """Read a date."""
    try:
        return parse_date(text)
    except ValueError as wrong:
        raise argparse.ArgumentTypeError(str(wrong)) from None
