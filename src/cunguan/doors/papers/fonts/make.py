"""Make the font of the papers (字体裁剪): python make.py NotoSansSC_400Regular.ttf, with fonttools installed.

When    the letters of __init__.py change, or the font of its makers does; nothing runs it otherwise
Does    keeps GBK's letters and those of __init__.py, drops hints, and gives the part a name of its own: whoever has the whole
        font keeps it apart, as its licence asks of fonts with a reserved name
"""

import sys

from cunguan.doors.papers.fonts import FAMILY, FOLDER, has

OWN_NAMES = {
    1: FAMILY,
    3: f"{FAMILY} Regular, part of Noto Sans SC",
    4: f"{FAMILY} Regular",
    6: "CunguanSansSC-Regular",
}
TRADEMARK = 7


def main(source: str) -> None:
    """Write the part of a font."""
    from fontTools import subset  # type: ignore[import-not-found]  # a tool of who makes the font, not of who runs us
    from fontTools.ttLib import TTFont  # type: ignore[import-not-found]

    options = subset.Options(hinting=False, glyph_names=False, name_IDs=["*"], notdef_outline=True)
    options.layout_features = ["kern", "mark", "mkmk", "ccmp", "locl", "tnum", "lnum"]
    font, cutter = TTFont(source), subset.Subsetter(options)
    cutter.populate(unicodes=[number for number in font.getBestCmap() if has(chr(number))])
    cutter.subset(font)
    names = font["name"]
    names.names = [one for one in names.names if one.nameID != TRADEMARK and one.nameID not in (16, 17, 21, 22, 25)]
    for number, text in OWN_NAMES.items():
        names.setName(text, number, 3, 1, 0x409)
    font.save(FOLDER / "CunguanSansSC.ttf")


if __name__ == "__main__":
    main(sys.argv[1])
