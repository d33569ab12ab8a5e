"""Simulation: two hundred seeded weeks hold on the memory store, and the same weeks are the same on PostgreSQL.

A seed that breaks is told as the shortest story found, in the language of the scenarios; what is kept of such stories is
run here as well. And what finds no mistake is no check: some are planted, and must be found.
"""

import logging
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from cunguan.operations import bid_cancel, person_lock_here, raise_failure, withdrawal_result, withdrawal_return
from cunguan.operations.catalogue import operations
from cunguan.plane import process
from cunguan.plane.process import PostgresOutbox, Process
from cunguan.plane.runner import Runner
from tests.properties.triple import snapshot
from tests.scenarios.language import files, run, run_text, whole_house
from tests.scenarios.words.simulation import FATES
from tests.simulation.__main__ import main, one, story
from tests.simulation.due import DUE
from tests.simulation.story import Teller, replay
from tests.simulation.week import tell
from tests.store.twins import MemoryTwin, PostgresTwin

SEEDS, AT_ONCE = 200, 10
KEPT = list(files(Path(__file__).parent / "kept"))


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Leave what the plane logs away: a plane that dies says much."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


def holds(seed: int, weeks: int = 1) -> None:
    """Assert that a seed holds; the message is its shortest story."""
    told, broken = one(seed, MemoryTwin(), weeks=weeks)
    assert broken is None, f"{broken}\n\n{story(seed, told, broken)}"


@pytest.mark.parametrize("first", range(0, SEEDS, AT_ONCE))
def test_a_week_of_two_platforms_holds(first: int) -> None:
    for seed in range(first, first + AT_ONCE):
        holds(seed)


@pytest.mark.soak
@pytest.mark.parametrize("first", range(0, 10_000, 100))
def test_ten_thousand_stories_hold(first: int) -> None:
    for seed in range(first, first + 100):
        holds(seed, weeks=1 + seed % 3)


@pytest.mark.parametrize(
    "seed", [1, 12, pytest.param(33, marks=pytest.mark.soak), pytest.param(34, marks=pytest.mark.soak)]
)
def test_the_same_week_is_the_same_on_postgresql(seed: int, postgres_twin: Callable[[], PostgresTwin]) -> None:
    memory, postgres = MemoryTwin(), postgres_twin()
    told, broken = one(seed, memory)
    assert broken is None
    assert one(seed, postgres, each_batch=False) == (told, None)
    assert snapshot(postgres) == snapshot(memory)


def test_a_seed_tells_the_same_story_each_time() -> None:
    assert one(5, MemoryTwin()) == one(5, MemoryTwin())
    assert one(5, MemoryTwin()) != one(6, MemoryTwin())


@pytest.mark.parametrize("path", KEPT, ids=lambda path: path.stem)
def test_a_kept_story_holds(path: Path) -> None:
    run(path, MemoryTwin())


def test_a_story_that_held_is_a_scenario() -> None:
    told, broken = one(3, MemoryTwin())
    assert broken is None
    run_text("\n".join(sentence.line() for sentence in told), "told.txt", MemoryTwin())


# ── what a simulation must come across, or it shows nothing ──────────────────
@dataclass
class Seen:
    """What some seeds came across."""

    codes: Counter[str]
    states: Counter[str]
    deaths: int = 0


@pytest.fixture(scope="module")
def seen() -> Seen:
    """Tell some seeds and count."""
    found = Seen(Counter(), Counter())
    for seed in range(80):
        with whole_house():
            teller = Teller(MemoryTwin())
            tell(teller, seed)
            for lane in (0, 1, 2):
                found.codes.update(f"{e.kind} {e.decision.code.name}" for e in teller.store.entries[lane])  # type: ignore[union-attr]  # the twin in memory
                found.states.update(
                    f"{type(row).__name__} {row.state}" for row in _rows(teller, lane) if hasattr(row, "state")
                )
            found.deaths += teller.world.deaths
    return found


def _rows(teller: Teller, lane: int) -> Iterator[Any]:
    for (at, _), rows in teller.store.tables.items():  # type: ignore[union-attr]  # the twin in memory
        if at == lane:
            yield from rows.values()


def test_the_plane_dies_in_most_stories(seen: Seen) -> None:
    assert seen.deaths > 20


def test_every_end_of_a_subject_is_reached(seen: Seen) -> None:
    assert seen.states.keys() >= {
        "Withdrawal settled", "Withdrawal rejected", "Withdrawal recredited", "Listing disbursed", "Listing repaid",
        "Listing failed", "Hold captured", "Hold released", "Claim settled", "Mandate revoked", "Deposit failed",
        "Deposit in_suspense", "Run finished", "PlanRow partly_paid", "Reservation released", "Holder locked",
    }  # fmt: skip


def test_refusals_of_each_rule_are_reached(seen: Seen) -> None:
    assert seen.codes.keys() >= {
        "bid_hold borrower_is_lender", "bid_hold listing_remaining_exceeded", "bid_hold insufficient_balance",
        "bid_hold account_locked", "limit_reserve cross_platform_cap_exceeded",
        "listing_registration borrower_cap_exceeded", "withdrawal fee_consent_missing", "withdrawal insufficient_balance",
        "withdrawal_result state_forbids", "withdrawal_result withdrawal_final", "disbursement listing_not_full",
        "person_lock_here done", "withdrawal_return done", "disbursement fee_consent_missing",
    }  # fmt: skip


@pytest.mark.parametrize("fate", FATES)
def test_every_fate_of_a_payment_ends(fate: str) -> None:
    told, broken = replay([*HOUSE, f"the bank means W to be {fate}", "L1 withdraws 600.00 as W", "the plane keeps house",
                           "everything comes to rest by 2024-03-20"])  # fmt: skip
    assert broken is None and len(told) == len(HOUSE) + 4


HOUSE = [
    "day 2024-03-01",
    "the plane runs over a bank of its own",
    "platform P1",
    "L1 is a lender of P1",
    "L1 binds a card",
    "the bank receives 1,000.00 for L1 as D1",
    "the statement of P1 is read",
    "day 2024-03-04",
]


def test_the_plane_may_die_at_every_step_of_a_withdrawal() -> None:
    ends = []
    for steps in range(1, 25):
        told, broken = replay([
            *HOUSE, f"the plane dies after {steps} steps", "L1 withdraws 600.00 as W", "L1 withdraws 600.00 as W",
            "the plane keeps house", "everything comes to rest by 2024-03-20",
        ])  # fmt: skip
        assert broken is None
        ends.append([sentence.outcome for sentence in told][-4:-2])
    assert ends.count(["in_doubt", "done"]) == 3 and ends.count(["done", "done"]) == 21


def test_every_timer_of_the_plane_has_its_twin_here() -> None:
    plane = Path(process.__file__).read_text(encoding="utf-8")
    asked = set(re.findall(r'\.due\(\s*"(\w+)"', plane))
    of_processes = {
        "directory",
        "lane_places",
        "lanes_offered",
        "payments_released",
        "outbox_known",
    }  # of starts, moves and restores
    assert asked - of_processes == DUE.keys()


# ── planted mistakes ─────────────────────────────────────────────────────────
Plant = Callable[[pytest.MonkeyPatch], None]


def _off(module: Any, name: str, other: Callable[[Any], Any]) -> Plant:
    return lambda patch: patch.setattr(module, name, other(getattr(module, name)))


def _with(**other: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Let a decision that changes something say something else."""

    def plant(decide: Any) -> Any:
        def decided(*given: Any) -> Any:
            decision = decide(*given)
            said = {name: of(getattr(decision, name)) for name, of in other.items()}
            return replace(decision, **said) if decision.changes else decision

        return decided

    return plant


def _credited_again(patch: pytest.MonkeyPatch) -> None:
    """Take each telling of a return for a new one."""
    numbers, decide = count(), withdrawal_return.decide
    patch.setattr(withdrawal_return, "return_id", lambda *of: f"return:bank:{next(numbers)}")

    def decided(instruction: Any, facts: Any, given: Any) -> Any:
        again = facts.withdrawal is not None and facts.withdrawal.state == "recredited"
        return decide(
            instruction,
            replace(facts, withdrawal=replace(facts.withdrawal, state="settled")) if again else facts,
            given,
        )

    patch.setattr(withdrawal_return, "decide", decided)
    operations.cache_clear()


def _load_once(load: Any) -> Any:
    return lambda runner: None if runner.next_seq else load(runner)


REST = "everything comes to rest"
#: what is broken, and what must find it
MISTAKES: dict[str, tuple[Plant, str]] = {
    "a return credited twice":               (_credited_again, "the books follow the bank"),
    "a failed raise that forgets a lender":  (_off(raise_failure, "bids", lambda true: lambda *of: true(*of)[1:]),
                                              "no instruction is quarantined"),
    "a bid taken back that stays counted":   (_off(bid_cancel, "decide", _with(changes=lambda rows: rows[:1])),
                                              "listings_count_their_holds"),
    "a doubt that ends without finality":    (_off(withdrawal_result, "_rejected", lambda true: lambda body, facts: true(
                                              replace(body, finality=True), facts)), "doubts_end_only_by_evidence"),
    "a lock that locks nobody":              (_off(person_lock_here, "decide", _with(changes=lambda rows: (), moves=lambda moves: ())),
                                              "locked_accounts_are_not_debited"),
    "a run that nobody takes up":            (_off(Process, "_resume", lambda true: lambda *of: None), REST),
    "a doubt that nobody asks after":        (_off(PostgresOutbox, "unanswered", lambda true: lambda *of: []), REST),
    "a timer that does not go":              (_off(Process, "tidy", lambda true: lambda *of: None), REST),
    "a book that is kept after a failure":   (_off(Runner, "load", _load_once), "the store takes every batch"),
}  # fmt: skip


@pytest.fixture
def planted(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """Let mistakes be planted in operations too, which the catalogue keeps by their functions."""
    with monkeypatch.context() as patch:
        yield patch
    operations.cache_clear()


@pytest.mark.parametrize("name", MISTAKES)
def test_a_planted_mistake_is_found(name: str, planted: pytest.MonkeyPatch) -> None:
    plant, finder = MISTAKES[name]
    plant(planted)
    operations.cache_clear()
    found = next((broken for seed in range(SEEDS) if (broken := one(seed, MemoryTwin())[1]) is not None), None)
    assert found is not None and found.what == finder


def test_a_mistake_is_told_as_a_short_story(planted: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    with planted.context() as patch:
        MISTAKES["a bid taken back that stays counted"][0](patch)
        operations.cache_clear()
        assert main(["--seeds", str(SEEDS)]) == 1
    operations.cache_clear()
    told = capsys.readouterr().out
    assert "listings_count_their_holds" in told and "--keep <name>" in told
    lines = told.partition("did not hold:")[2].partition("To keep it")[0].splitlines()[3:]
    said = [line.partition(" -> ")[0] for line in lines if line]
    assert len(said) <= 11 and " back as " in said[-1], said
    assert replay(said)[1] is None  # without the mistake the story holds
    assert main(["--seeds", "1"]) == 0
