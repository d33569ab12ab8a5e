"""World: lanes on either store, asked through the plane's own crossing of lanes, for scenarios and properties.

Shape   World: the driver's ways to a starting point, on a twin; what is handed in together is decided in one batch.
        An id that stands in the batch already waits for it, as in the lane
Errors  AssertionError: an instruction was quarantined; the log says why
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from cunguan.kernel.instruction import Answer, Instruction
from cunguan.kernel.rows import Day
from cunguan.ledger.book import Book
from cunguan.plane.across import Plane, Sink
from cunguan.plane.runner import Item, Runner, admit, replay, seen
from cunguan.store.batch import Batch
from tests.operations.driver import FRIDAY, Books
from tests.store.twins import Twin


class World(Books):
    """Some lanes on one store."""

    store: Any

    def __init__(self, store: Twin, *, day: date = FRIDAY, limit_bytes: int | None = None) -> None:
        super().__init__(day=day, limit_bytes=limit_bytes)
        self.store = store
        self.now = datetime(day.year, day.month, day.day, 9, tzinfo=UTC)
        self.written: dict[int, Writer] = {}
        self.plane = Plane(self.written)

    def open(self, *lanes: int) -> None:
        """Write these lanes from here on."""
        for lane in lanes:
            if lane not in self.written:
                self.written[lane] = Writer(self, lane)

    def restart(self) -> None:
        """Stop every writer with all it had in memory, and take the lanes anew."""
        lanes = list(self.written)
        self.written.clear()
        self.runners.clear()
        self.store.restart()
        self.open(*lanes)

    def platform(self, lane: int = 1, **given: Any) -> int:
        """Open the custodian's lane and a platform's."""
        self.open(0, lane)
        return super().platform(lane, **given)

    def batch(self, lane: int, instructions: Sequence[Instruction]) -> list[Answer]:
        """Hand several in together; answers in the order asked."""
        answers: dict[int, Answer] = {}
        for place, instruction in enumerate(instructions):
            self.plane.enqueue(lane, instruction, lambda answer, place=place: answers.__setitem__(place, answer))  # type: ignore[misc]  # one sink a place
        while any([writer.flush() for writer in self.written.values()]):
            pass
        return [answers[place] for place in range(len(instructions))]

    def business_date(self, lane: int) -> date:
        """Return the lane's open day, as it is stored."""
        return self.get(lane, Day, "day").business_date


class Writer:
    """One lane: what waits, and the runner that decides it."""

    def __init__(self, world: World, lane: int) -> None:
        self.world, self.lane, self.store = world, lane, world.store
        self.store.take(lane)
        self.runner = world.runners[lane] = Runner(lane, self.store, Book(world.limit_bytes))
        self.waiting: list[tuple[Instruction, Sink]] = []

    def enqueue(self, instruction: Instruction, sink: Sink) -> None:
        """Take an instruction; it is decided at the next flush."""
        self.waiting.append((instruction, sink))

    def flush(self) -> bool:
        """Decide and write what waits; return whether anything did."""
        waiting, self.waiting = self.waiting, []
        admitted: list[tuple[Item, Sink]] = []
        for instruction, sink in waiting:
            item = admit(instruction, self.lane)
            if isinstance(item, Answer):
                sink(item)
            else:
                admitted.append((item, sink))
        known = seen(self.store, self.lane, [item.key16 for item, _ in admitted])
        items: dict[bytes, tuple[Item, Sink]] = {}
        for item, sink in admitted:
            if item.key16 in known:
                sink(replay(item, known[item.key16]))
            elif item.key16 in items:
                self.waiting.append((item.instruction, sink))
            else:
                items[item.key16] = (item, sink)
        self._write(list(items.values()))
        return bool(waiting)

    def _write(self, items: list[tuple[Item, Sink]]) -> None:
        while items:
            self.world.now += timedelta(seconds=1)
            batch, taken = self.runner.decide([item for item, _ in items], self.world.now)
            assert len(batch.entries) == taken > 0
            for entry in batch.entries:
                assert entry.state != "quarantined", f"{entry.kind} {entry.id} was quarantined; the log says why"
            self.commit(batch)
            for entry, (_, sink) in zip(batch.entries, items, strict=False):
                sink(entry.answer())
            items = items[taken:]

    def commit(self, batch: Batch) -> None:
        """Write one batch."""
        self.store.write(batch)
        self.runner.book.committed(batch.number)
