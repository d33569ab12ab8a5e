"""Story: the sentences of a simulation, told one after the other; what was said, what was answered, and where it broke.

Shape   Told: a sentence, and how it came out when it asked for something. Teller: a Script whose sentences may come out
        as they like; a story that is kept says how they came out, and is a scenario like any other from then on
Errors  Broken as the house raises it; Senseless: a sentence speaks of what is not there, which happens when a story is cut
"""

from collections import Counter
from collections.abc import Iterable, Sequence

import msgspec

from cunguan.kernel.instruction import Answer, Instruction
from tests.scenarios.language import Place, Script, counts, whole_house
from tests.simulation.house import Broken, House
from tests.store.twins import MemoryTwin, Twin


class Told(msgspec.Struct, frozen=True):
    """One sentence, and what came of it."""

    said: str
    outcome: str = ""

    def line(self) -> str:
        """Return the line of a scenario."""
        return f"{self.said} -> {self.outcome}" if self.outcome not in ("", "done") else self.said


class Senseless(Exception):
    """A sentence speaks of what is not there."""


class Teller(Script):
    """A scenario under way that nobody has written yet."""

    def __init__(self, store: Twin, *, each_batch: bool = True) -> None:
        super().__init__(store)
        self.each_batch = each_batch  # what must hold is looked at after each batch, or after each sentence
        self.came_out = ""
        self.told: list[Told] = []

    def tell(self, said: str) -> str:
        """Say one sentence and return how it came out."""
        self.came_out = ""
        try:
            self.say(Place("story", len(self.told) + 1, said))
            if isinstance(self.world, House):
                self.world.checks_each_batch = self.each_batch
                self.world.check_changed()
        except Broken:
            self.told.append(Told(said, self.came_out))
            raise
        self.told.append(Told(said, self.came_out))
        return self.came_out

    def hand_in(self, lane: int, asked: list[Instruction]) -> list[Answer]:
        """Hand instructions in at once; that a refusal moves nothing is seen by the house, batch by batch."""
        answers: list[Answer] = self.world.batch(lane, asked)
        self._compare(answers)
        return answers

    def _compare(self, answers: Sequence[Answer]) -> None:
        self.came_out = counts(Counter(answer.code.name for answer in answers))


def replay(said: Iterable[str], store: Twin | None = None) -> tuple[list[Told], Broken | None]:
    """Tell a story again from nothing; sentences without sense are left out. Return what was told, and where it broke."""
    with whole_house():
        teller = Teller(store or MemoryTwin())
        for sentence in said:
            try:
                teller.tell(sentence)
            except Broken as broken:
                return teller.told, broken
            except Exception:  # a story that was cut speaks of things that never came to be
                continue
        return teller.told, None


def shortest(said: Sequence[str], what: str) -> list[Told]:
    """Return the shortest story found that breaks the same: pieces are left out, large ones first, while it still does."""
    kept = list(said)
    size = len(kept)
    while size:
        before = len(kept)
        kept = _without_pieces(kept, size, what)
        if size > 1:
            size //= 2
        elif len(kept) == before:
            break
    return replay(kept)[0]


def _without_pieces(kept: list[str], size: int, what: str) -> list[str]:
    begin = 0
    while begin < len(kept):
        told, broken = replay(kept[:begin] + kept[begin + size :])
        if broken is not None and broken.what == what:
            kept = [one.said for one in told]  # what came after the break is gone, and what had no sense
        else:
            begin += size
    return kept
