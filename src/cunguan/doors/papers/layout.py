"""Layout (版式): tables a person reads in a terminal, and CSV a spreadsheet may open.

Shape   Chinese letters count as two columns; numbers stand to the right
        a CSV cell that a spreadsheet would take for a formula begins with an apostrophe: it stays a text
Units   amounts with the currency's decimals
"""

import csv
import io
from collections.abc import Iterable, Sequence
from unicodedata import east_asian_width

#: what a spreadsheet takes for the beginning of a formula, or skips before one
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def width(text: str) -> int:
    """Return how many columns a text takes on a terminal.

    >>> width("bid 投标")
    8
    """
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)


def pad(text: str, columns: int) -> str:
    """Return a text with blanks up to a width."""
    return text + " " * (columns - width(text))


def right(text: str, columns: int) -> str:
    """Return a text with blanks before it up to a width."""
    return " " * (columns - width(text)) + text


def table(head: Sequence[str], rows: Iterable[Sequence[str]], numbers: Sequence[int] = ()) -> list[str]:
    """Return rows under their head, each column as wide as it must be; the columns named in `numbers` to the right.

    >>> print("\\n".join(table(["account", "sum"], [["2010", "600.00"], ["2020", "5.00"]], [1])))
    account     sum
    2010     600.00
    2020       5.00
    """
    lines = [list(head), *map(list, rows)]
    widths = [max(width(line[n]) for line in lines) for n in range(len(head))]
    sides = [right if n in numbers else pad for n in range(len(head))]
    return [
        "  ".join(side(cell, w) for side, cell, w in zip(sides, line, widths, strict=True)).rstrip() for line in lines
    ]


def csv_text(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return CSV in which no cell of text is a formula.

    >>> csv_text(["reference", "minor"], [["=1+1", -5], ["@x", 7], ["a,b", 0]]).splitlines()
    ['reference,minor', "'=1+1,-5", "'@x,7", '"a,b",0']
    """
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(head)
    writer.writerows([safe(cell) for cell in row] for row in rows)
    return out.getvalue()


def safe(cell: object) -> object:
    """Return a cell as it may stand in CSV; whole numbers of ours stay numbers."""
    if isinstance(cell, int):
        return cell
    text = "" if cell is None else str(cell)
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text
