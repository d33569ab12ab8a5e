"""Again: somebody says the same once more, under the same id; or under the same id something else."""

import re

from tests.simulation.sight import Sight

WEIGHT = 12
NAMED = re.compile(r" as [\w.:/-]+$")
AMOUNT = re.compile(r"[0-9][0-9,]*\.[0-9]{2}")
#: what is no instruction, though it has a name
NOT_ASKED = ("the bank receives", "the bank books", "the bank takes")


def happens(see: Sight) -> list[str] | None:
    """Repeat a named sentence: as it was, or with another amount."""
    named = [one.said for one in see.told[-40:] if NAMED.search(one.said) and not one.said.startswith(NOT_ASKED)]
    unanswered = [one.said for one in see.told[-12:] if "in_doubt" in one.outcome and NAMED.search(one.said)]
    said = see.one(unanswered) if unanswered and not see.chance(3) else see.one(named)
    if said is None:
        return None
    if see.chance(3) and AMOUNT.search(said):
        return [AMOUNT.sub("77.01", said, count=1)]
    return [said]
