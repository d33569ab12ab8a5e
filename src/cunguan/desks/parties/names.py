"""Names (姓名比对): one form of a name, in which the same name written otherwise is the same.

When    a name is looked up in the lists of sanctions and public functions
Does    compatibility form, small letters, no accents, no punctuation, no titles; words in any order. Traditional characters are read
        as simplified ones where a table says so; Chinese, Cyrillic, Greek are compared in their own script
Not     a judgement of likeness: typing mistakes, other transliterations (Muhammad, Mohamed) and pinyin of Chinese characters are not
        found by it. tests/desks/parties/test_names.py says how many of the published pairs it finds and misses
Source  Unicode UAX 15; docs/parties.md
"""

import re
import unicodedata
from typing import Final

_TITLES: Final = frozenset({"mr", "mrs", "ms", "miss", "dr", "prof", "sir", "dame", "lord", "hon", "al", "el"})
#: letters that no decomposition makes plain
_PLAIN: Final = str.maketrans({
    "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ł": "l", "ı": "i", "ħ": "h", "ŋ": "n",
})  # fmt: skip
_WORDS: Final = re.compile(r"\w+")


def plain(name: str) -> str:
    """Return a name in its one form, its words as they stand."""
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", name).casefold().translate(_PLAIN))
    kept = "".join(letter for letter in folded if not unicodedata.combining(letter))
    return " ".join(_WORDS.findall(kept.replace("'", "").replace("’", "").replace("`", "")))


def key(name: str) -> str:
    """Return what is the same for names of the same words in any order, without titles."""
    words = plain(name).split()
    bare = [word for word in words if word not in _TITLES] or words
    return " ".join(sorted(bare))


def glued(name: str) -> str:
    """Return the same without spaces and in the order it was written: Kim Jong-un, Kim Jongun."""
    return plain(name).replace(" ", "")
