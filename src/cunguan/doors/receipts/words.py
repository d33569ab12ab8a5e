"""Words of receipts (回执用语): what the page and the command line say of a receipt, English first, Chinese second.

Shape   one file, web/words.json, for both; `{}` are the values in their order
"""

import json
from importlib import resources
from typing import Final

WORDS: Final[dict[str, tuple[str, str]]] = {
    name: (english, chinese)
    for name, (english, chinese) in json.loads(
        (resources.files("cunguan.doors.receipts") / "web" / "words.json").read_text("utf-8")
    ).items()
}


def word(name: str, language: str, *values: object) -> str:
    """Return a sentence.

    >>> word("found_fork", "en", 7), word("found_fork", "zh", 7)
    ('Two different postings have the number 7.', '两笔不同的分录同为第 7 号。')
    """
    said, left = WORDS[name][language == "zh"], list(values)
    while "{}" in said:
        said = said.replace("{}", str(left.pop(0)) if left else "", 1)
    return said
