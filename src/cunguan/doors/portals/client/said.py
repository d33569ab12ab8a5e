"""Said (状态说明): how a page says a state: a word, what it means for the client, and the colour it stands in."""

from typing import NamedTuple

from django.utils.functional import Promise


class Said(NamedTuple):
    """What is said of a state; `colour` is the name of a state whose colour the frame knows."""

    word: Promise
    meaning: Promise
    colour: str
