"""Scenarios: each file of this folder on the memory store and, the same text, on PostgreSQL; and the language itself."""

from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest
from msgspec.structs import replace

from cunguan.policy.evaluate import PACKS
from tests.scenarios.language import Unreadable, Wrong, files, run, run_text
from tests.store.twins import MemoryTwin, PostgresTwin

SCENARIOS = list(files(Path(__file__).parent))


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_holds_in_memory(path: Path) -> None:
    run(path, MemoryTwin())


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_holds_on_postgresql(path: Path, postgres_twin: Callable[[], PostgresTwin]) -> None:
    run(path, postgres_twin())


def test_every_scenario_of_the_books_is_there() -> None:
    names = {path.stem.split("_")[0] for path in SCENARIOS}
    assert names >= {f"s{number:02}" for number in (*range(1, 14), 15, 24, 28, 32)} | {"gold"}


# ── the language ─────────────────────────────────────────────────────────────
HOUSE = """day 2024-03-01
platform P1
L1 is a lender of P1
B is a borrower of P1
L1 deposits 100.00
B lists X: 90.00 at 12 % for 1 months, bullet, until 2024-03-08
"""


@pytest.mark.parametrize(
    ("line", "expected", "found"),
    [
        ("L1 bids 100.01 on X",                            "done",                        "listing_remaining_exceeded"),
        ("L1 bids 10.00 on X -> insufficient_balance",     "insufficient_balance",        "done"),
        ("L1 bids 100.00 on X -> listing_remaining_exceeded: remaining 90.01", "remaining_minor 9001", "9000"),
        ("3 times L1 bids 40.00 on X as b -> 3 done",      "3 done",                      "2 done, 1 listing_remaining"),
        ("L1 has available 99.99",                         "available 99.99",             "available 100.00"),
        ("L1 has available 100.00, held 0.01",             "held 0.01",                   "held 0.00"),
        ("L1 has held 0.00",                               "available 0.00",              "available 100.00"),
        ("L1 has nothing",                                 "available 0.00",              "available 100.00"),
        ("P1 has cash 100.01",                             "cash 100.01",                 "cash 100.00"),
        ("P1 has cash 100.00, fee 0.01",                   "fee 0.01",                    "fee 0.00"),
        ("listing X has held 0.01",                        "held 0.01",                   "held 0.00"),
        ("claims of X: L1 0.01",                           "L1 0.01",                     "L1 0.00"),
        ("listing X is full",                              "full",                        "raising"),
        ("1 holds of X are open",                          "1 open",                      "0 of 0"),
        ("person B has reserved 90.01",                    "reserved 90.01",              "reserved 90.00"),
        ("listing Z is full",                              "",                            ""),
        ("hold h1 is open",                                "",                            ""),
    ],
)  # fmt: skip
def test_a_wrong_expectation_names_file_line_and_both_figures(line: str, expected: str, found: str) -> None:
    wrong = Unreadable if not expected else Wrong
    with pytest.raises(wrong) as told:
        run_text(HOUSE + line, "house.txt", MemoryTwin())
    message = str(told.value)
    assert message.startswith("house.txt:7: ") and line in message
    if expected:
        assert f"expected {expected}" in message and found in message.partition("found ")[2]


@pytest.mark.parametrize(
    "line",
    ["L1 bid 10.00 on X", "L1 bids 10 on X", "L1 bids 10.00 on X -> not_a_code", "L9 has nothing", "L1 has aviable 1.00",
     "bank pays W1", "L1 has available 1.0", "card C1 is active"],
)  # fmt: skip
def test_a_line_that_is_no_sentence_names_file_and_line(line: str) -> None:
    with pytest.raises(Unreadable, match=r"house\.txt:8: "):
        run_text(HOUSE + "# a comment\n" + line, "house.txt", MemoryTwin())


def test_a_second_answer_that_differs_from_the_first_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.scenarios.world.replay", lambda item, stored: replace(stored.answer(), why="other"))
    with pytest.raises(Wrong, match=r"house\.txt:7: .*other"):
        run_text(HOUSE + "again", "house.txt", MemoryTwin())


def test_a_refusal_that_moves_something_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    digests = count()
    monkeypatch.setattr(MemoryTwin, "money", lambda store, lane: str(next(digests)))
    with pytest.raises(Wrong, match="a refusal that moves nothing"):
        run_text(HOUSE + "L1 bids 100.00 on X -> listing_remaining_exceeded", "house.txt", MemoryTwin())


def test_rules_changed_by_one_scenario_are_gone_after_it() -> None:
    before = dict(PACKS)
    run_text(HOUSE + "the cap on one platform is 1.00 from 2024-03-02", "house.txt", MemoryTwin())
    assert before == PACKS
