"""Make the font of the papers (字体裁剪): python make.py NotoSansSC_400Regular.ttf, with fonttools installed.

When    the letters below change, or the font of its makers does; nothing runs it otherwise
Does    keeps GBK's letters and those below, drops hints, and gives the part a name of its own: whoever has the whole font keeps
        it apart. Writes down beside it which letters there are
"""

import sys
from collections.abc import Iterable, Iterator
from typing import Final

from cunguan.doors.papers.fonts import FAMILY, FOLDER

#: letters of names that GBK does not have
RARE: Final = "㛃䶮𬭎𠅤𬍡𬱖𬸚𬘭𬬻𬭊𬭶"
#: first and last of what is taken beside GBK's letters
BESIDE: Final = (
    (0x20, 0x24F),
    (0x2000, 0x206F),
    (0x20A0, 0x20BF),
    (0x2100, 0x25FF),
    (0x3000, 0x303F),
    (0xFF00, 0xFFEF),
)
OWN_NAMES: Final = {
    1: FAMILY, 3: f"{FAMILY} Regular, part of Noto Sans SC", 4: f"{FAMILY} Regular", 6: "CunguanSansSC-Regular",
}  # fmt: skip
#: trademark, and names of the family this one is no member of
DROPPED: Final = (7, 16, 17, 21, 22, 25)


def is_wanted(number: int) -> bool:
    """Test that a letter is taken.

    >>> [is_wanted(ord(letter)) for letter in "a镕䶮\\x07"]
    [True, True, True, False]
    """
    if chr(number) in RARE or any(first <= number <= last for first, last in BESIDE):
        return True
    try:
        return number >= 0x80 and bool(chr(number).encode("gbk"))
    except UnicodeEncodeError:
        return False


def ranges(numbers: Iterable[int]) -> Iterator[str]:
    """Yield numbers as ranges.

    >>> list(ranges([0x20, 0x21, 0x22, 0xA3]))
    ['20-22', 'A3']
    """
    found: list[list[int]] = []
    for number in sorted(numbers):
        if found and found[-1][-1] == number - 1:
            found[-1][1:] = [number]
        else:
            found.append([number])
    yield from ("-".join(f"{end:X}" for end in ends) for ends in found)


def main(source: str) -> None:
    """Write the part of a font, and its letters."""
    from fontTools import subset  # type: ignore[import-not-found]  # a tool of who makes the font, not of who runs us
    from fontTools.ttLib import TTFont  # type: ignore[import-not-found]

    options = subset.Options(hinting=False, glyph_names=False, name_IDs=["*"], notdef_outline=True)
    options.layout_features = ["kern", "mark", "mkmk", "ccmp", "locl", "tnum", "lnum"]
    font, cutter = TTFont(source), subset.Subsetter(options)
    cutter.populate(unicodes=[number for number in font.getBestCmap() if is_wanted(number)])
    cutter.subset(font)
    names = font["name"]
    names.names = [one for one in names.names if one.nameID not in DROPPED]
    for number, text in OWN_NAMES.items():
        names.setName(text, number, 3, 1, 0x409)
    font.save(FOLDER / "CunguanSansSC.ttf")
    (FOLDER / "letters.txt").write_text("\n".join(ranges(font.getBestCmap())) + "\n")


if __name__ == "__main__":
    main(sys.argv[1])
