"""Traditional (繁體用語): the words of the house's own tables in traditional Chinese.

Shape   traditional.json: simplified -> traditional, only what differs; made by OpenCC when words change
        (`python -m tests.portals.translations --write`), so that nothing is turned while a page is made. A test finds it stale
        A text that is in no table (a value, a name, what is kept in the books) stands as it is
"""

from functools import cache
from importlib.resources import files

import msgspec

FILE = "traditional.json"


def traditional(text: str) -> str:
    """Return a word of the tables in traditional Chinese.

    >>> traditional("提现"), traditional("p-1")
    ('提現', 'p-1')
    """
    return _words().get(text, text)


@cache
def _words() -> dict[str, str]:
    return msgspec.json.decode((files(__package__) / FILE).read_bytes(), type=dict[str, str])
