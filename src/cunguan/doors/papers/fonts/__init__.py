"""Fonts (字体): the one font of the papers, and which letters it has.

Shape   CunguanSansSC.ttf: a part of Noto Sans SC made by make.py; README.md says from where, OFL.txt is its licence
        letters.txt: the letters in it, by their numbers, a range a line; made with it
"""

from bisect import bisect_right
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).parent
FAMILY: Final = "Cunguan Sans SC"
#: where a long word may be broken; nothing is shown of it
BREAK_HERE: Final = "\u200b"

_RANGES: Final = [
    [int(end, 16) for end in line.split("-")] for line in (FOLDER / "letters.txt").read_text("ascii").split()
]
_FIRSTS: Final = [ends[0] for ends in _RANGES]


def shown(text: str) -> str:
    """Return a text in one line in which a letter the font does not have stands by its number, so that none is lost.

    >>> shown("王䶮 paid £5\\tto 朱镕基"), shown("𪚥\\x07")
    ('王䶮 paid £5 to 朱镕基', '[U+2A6A5][U+0007]')
    """
    return "".join(letter if has(letter) else " " if letter.isspace() else f"[U+{ord(letter):04X}]" for letter in text)


def has(letter: str) -> bool:
    """Test that the font has a letter."""
    place = bisect_right(_FIRSTS, ord(letter)) - 1
    return letter == BREAK_HERE or (place >= 0 and ord(letter) <= _RANGES[place][-1])
