"""Groups: what a caller asks atomically is done whole or has not happened, whatever stands before and after it in its batch.

Random groups and single instructions, several to a batch, against the reference model, which decides a group on a copy of
itself; a refused group leaves the book, the sequence and every money table as they were.
"""

import pickle
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from cunguan.kernel.canonical import key16
from cunguan.kernel.instruction import Answer
from cunguan.ledger.book import Book
from cunguan.operations import runs
from cunguan.plane import groups
from cunguan.plane.runner import Item, Runner, admit, replay, seen
from tests.properties.instructions import Asked, Instructions, Seeded, beginnings
from tests.properties.reference_model import Model
from tests.properties.triple import Triple, instruction
from tests.scenarios.world import World, Writer
from tests.store.twins import MemoryTwin, PostgresTwin

Unit = list[Asked]  # more than one is a group
CROSSING = "listing_registration"


# ── what must be answered ────────────────────────────────────────────────────
def expected(model: Model, unit: Unit) -> tuple[list[str], Model]:
    """Return the codes of a unit, and the model after it."""
    if len(unit) == 1:
        return [model.submit(*unit[0])], model
    refused = _unfit(model, unit)
    if refused is None and any((one.lane, one.id) in model.used for one in unit):
        return _earlier(model, unit), model
    trial, lane = pickle.loads(pickle.dumps(model)), unit[0].lane
    for place, asked in enumerate(unit if refused is None else ()):
        if trial.day[lane] != model.day[lane]:
            refused = place, "kind_not_in_group"
            break
        code = trial.submit(*asked)
        if code != "done":
            refused = place, code
            break
    if refused is None:
        return ["done"] * len(unit), trial
    return [refused[1] if place == refused[0] else "linked_item_failed" for place in range(len(unit))], model


def _unfit(model: Model, unit: Unit) -> tuple[int, str] | None:
    for place, asked in enumerate(unit):
        if not model._may_have_this_id(asked.id, asked.kind):
            return place, "id_malformed"
    for place, asked in enumerate(unit):
        if asked.id in [one.id for one in unit[:place]]:
            return place, "malformed"
        if asked.kind == CROSSING:
            return place, "kind_not_in_group"
    return None


def _earlier(model: Model, unit: Unit) -> list[str]:
    found = [model.submit(*one) if (one.lane, one.id) in model.used else "" for one in unit]
    if set(found) == {"done"}:
        return found
    return [code if code.startswith("exists_with_different") else "batch_differs" for code in found]


# ── the plane's way, a batch at a time ───────────────────────────────────────
def decided(world: World, units: Sequence[Unit]) -> list[list[Answer]]:
    """Decide units of one lane in as few batches as the lane would; return what each hears."""
    writer = world.written[units[0][0].lane]
    heard: list[list[Answer]] = []
    writer.runner.open(world.now)
    for unit in units:
        if any(entry.key16 in {key16(one.id) for one in unit} for entry in writer.runner.batch.entries):
            _landed(writer)  # in the lane it would wait for that batch
        items, answers = _told(writer, [instruction(world, one) for one in unit], is_group=len(unit) > 1)
        while not answers:
            answers = _fed(writer.runner, items, is_group=len(unit) > 1)
            if writer.runner.closed:
                _landed(writer)
        heard.append(answers)
    _landed(writer)
    return heard


def _told(writer: Writer, asked: list[Any], is_group: bool) -> tuple[list[Item], list[Answer]]:
    """Return the items, or what is answered without a decision."""
    if is_group:
        items, refused = groups.admit_group(asked, writer.lane)
        known = seen(writer.store, writer.lane, [item.key16 for item in items])
        return items, refused or groups.earlier(items, known)
    item = admit(asked[0], writer.lane)
    if isinstance(item, Answer):
        return [], [item]
    known = seen(writer.store, writer.lane, [item.key16])
    return [item], [replay(item, known[item.key16])] if known else []


def _fed(runner: Runner, items: list[Item], is_group: bool) -> list[Answer]:
    """Return the answers, or nothing when it waits for the next batch."""
    before, known, count = runner.next_seq, state_of(runner.book), len(runner.batch.entries)
    if is_group:
        is_decided, refusal = runner.feed_group(items)
        if refusal is not None or not is_decided:
            assert (runner.next_seq, len(runner.batch.entries)) == (before, count)
            now = state_of(runner.book)
            assert {key: now.get(key) for key in known} == known, "a refused group left something in the book"
            return groups.answers([item.instruction.id for item in items], refusal) if refusal is not None else []
    elif not runner.feed(items):
        return []
    entries = runner.batch.entries[count:]
    assert len(entries) == len(items) and all(entry.state != "quarantined" for entry in entries)
    return [entry.answer() for entry in entries]


def _landed(writer: Writer) -> None:
    batch = writer.runner.finish()
    if batch.entries:
        writer.commit(batch)
    writer.runner.open(writer.world.now)


def state_of(book: Book) -> dict[Any, Any]:
    """Return everything a book knows, whichever of its generations has it."""
    rows: dict[Any, Any] = {**book._rows_old, **book._rows}
    balances: dict[Any, Any] = {**book._balances_old, **book._balances}
    indexes = {key: frozenset(index) for key, index in (*book._indexes_old.items(), *book._indexes.items())}
    return {**rows, **balances, **indexes, "added": [(n, list(rows)) for n, rows in book._added]}


# ── the runs ─────────────────────────────────────────────────────────────────
def drawn(callers: Instructions, pick: Seeded) -> list[Unit]:
    """Return some units of one lane; of ids that were used, and of wishes that need each other, too."""
    asked = [
        callers.again() if callers.asked and pick.chance(25) else callers.any() for _ in range(pick.one((1, 4, 12)))
    ]
    mine = [one for one in asked if one.lane == (asked[0].lane or 1)]
    units: list[Unit] = []
    while mine:
        count = pick.one((1, 1, 2, 3, 5))
        units.append(mine[:count])
        mine = mine[count:]
    return [unit for unit in units if len(unit) > 1 or unit[0].kind != CROSSING]


def work(all_: Triple, seed: int, count: int) -> dict[str, int]:
    """Ask so many rounds; return how often each code was heard from a group."""
    pick = Seeded(seed)
    callers = Instructions(all_.model, pick)
    for asked in beginnings(callers, 4):
        all_.go(asked)
    tally: dict[str, int] = {}
    for number in range(count):
        units = drawn(callers, pick)
        if not units:
            continue
        codes = []
        for unit in units:
            found, all_.model = expected(all_.model, unit)
            callers.model = all_.model
            codes.append(found)
            for code in found if len(unit) > 1 else ():
                tally[code] = tally.get(code, 0) + 1
        for world in all_.worlds:
            heard = [[answer.code.name for answer in answers] for answers in decided(world, units)]
            assert heard == codes, f"{world.store.name}: {units}"
            all_.compare(world, units)
        if number % 10 == 9:
            all_.check()
    all_.check()
    all_.compare_all()
    return tally


@pytest.fixture
def run_sizes(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """Let short lists of payees become runs, whose parents stand in groups."""
    monkeypatch.setattr(runs, "ATOMIC_ITEMS", 3)
    monkeypatch.setattr(runs, "STEP_ITEMS", 2)
    return {"atomic_items": 3, "step_items": 2}


@pytest.mark.parametrize(("seed", "count"), [(1, 400), pytest.param(2, 4_000, marks=pytest.mark.soak)])
def test_a_group_is_all_or_nothing_of_its_members(run_sizes: dict[str, Any], seed: int, count: int) -> None:
    tally = work(Triple([MemoryTwin()], **run_sizes), seed, count)
    reached = {"done", "linked_item_failed", "batch_differs", "kind_not_in_group", "insufficient_balance"}
    assert reached <= set(tally) and len(tally) > 20, sorted(tally)


def test_a_group_is_all_or_nothing_in_a_book_that_forgets(run_sizes: dict[str, Any]) -> None:
    work(Triple([MemoryTwin()], limits=[40_000], **run_sizes), 3, 80)


def test_a_group_is_all_or_nothing_on_both_stores(
    run_sizes: dict[str, Any], postgres_twin: Callable[[], PostgresTwin]
) -> None:
    work(Triple([MemoryTwin(), postgres_twin()], **run_sizes), 5, 30)
