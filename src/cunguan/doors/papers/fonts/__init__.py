"""Fonts (字体): the one font of the papers, and which letters it has.

Shape   CunguanSansSC.ttf: a part of Noto Sans SC made by make.py; README.md says from where, OFL.txt is its licence
"""

from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).parent
FAMILY: Final = "Cunguan Sans SC"
#: letters of names that GBK does not have
RARE: Final = "㛃䶮𬭎𠅤𬍡𬱖𬸚𬘭𬬻𬭊𬭶"
#: first and last of the ranges beside GBK's that were taken
RANGES: Final = (
    (0x20, 0x24F),
    (0x2000, 0x206F),
    (0x20A0, 0x20BF),
    (0x2100, 0x25FF),
    (0x3000, 0x303F),
    (0xFF00, 0xFFEF),
)


def shown(text: str) -> str:
    """Return a text in which a letter the font may not have stands by its number, so that none is lost.

    >>> shown("王䶮 paid £5 to 朱镕基"), shown("𪚥")
    ('王䶮 paid £5 to 朱镕基', '[U+2A6A5]')
    """
    return "".join(letter if has(letter) else f"[U+{ord(letter):04X}]" for letter in text)


def has(letter: str) -> bool:
    """Test that the font was made with a letter."""
    if letter in RARE or any(first <= ord(letter) <= last for first, last in RANGES):
        return True
    try:
        letter.encode("gbk")
    except UnicodeEncodeError:
        return False
    return True
