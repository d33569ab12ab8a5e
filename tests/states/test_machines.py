"""Every machine: one test for all of them, and the golden list of what may stand in the books.

tests/golden/states.json is append-only. A new state or a new machine is added to it by hand; a state that disappears
fails here, because rows that were stored with it would not be readable any more.
"""

import json
import re
from pathlib import Path

import pytest

from cunguan.kernel.machine import Machine, MoveForbidden
from cunguan.states import MACHINES

GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "states.json"
FOLDER = Path(__file__).resolve().parents[2] / "src" / "cunguan" / "states"

EACH = pytest.mark.parametrize("machine", MACHINES.values(), ids=MACHINES.keys())


@EACH
def test_reaches_every_state(machine: Machine) -> None:
    assert machine.states == _reached(machine)


def test_would_notice_a_state_that_nothing_reaches() -> None:
    lame = Machine("lame", "a", {("a", "go"): "b", ("c", "go"): "b"}, frozenset({"b"}))
    assert lame.states - _reached(lame) == {"c"}


@EACH
def test_has_no_way_out_of_its_final_states_and_one_out_of_all_others(machine: Machine) -> None:
    leaving = {state for (state, _), target in machine.moves.items() if target != state}
    assert machine.states - leaving == machine.final


@EACH
def test_uses_lower_case_names(machine: Machine) -> None:
    for name in {machine.name} | machine.states | machine.events:
        assert re.fullmatch(r"[a-z]+(_[a-z]+)*", name), name


@EACH
def test_takes_exactly_the_moves_of_its_table(machine: Machine) -> None:
    for state in machine.states:
        for event in machine.events:
            if machine.may(state, event):
                assert machine.after(state, event) == machine.moves[state, event]
                continue
            with pytest.raises(MoveForbidden, match=f"^{machine.name}: {state} does not take {event}$"):
                machine.after(state, event)


def test_leaves_in_doubt_only_by_evidence() -> None:
    evidence = {"bank_confirmed", "bank_rejected", "confirmed_in_part", "answered"}
    doubtful = {
        (machine.name, event)
        for machine in MACHINES.values()
        for state, event in machine.moves
        if "in_doubt" in state and event not in evidence
    }
    assert not doubtful


def test_lists_every_machine_that_has_a_file() -> None:
    files = {path.stem.rstrip("_") for path in FOLDER.glob("*.py") if path.stem != "__init__"}
    assert files == MACHINES.keys()


def test_never_loses_a_state_of_the_golden_list() -> None:
    golden = json.loads(GOLDEN.read_text("utf-8"))
    lost = {
        name: sorted(set(states) - (MACHINES[name].states if name in MACHINES else set()))
        for name, states in golden.items()
        if name not in MACHINES or not set(states) <= MACHINES[name].states
    }
    assert not lost, f"states once stored are gone: {lost}"


def test_has_every_state_on_the_golden_list() -> None:
    golden = json.loads(GOLDEN.read_text("utf-8"))
    new = {
        name: sorted(machine.states - set(golden.get(name, ())))
        for name, machine in MACHINES.items()
        if not machine.states <= set(golden.get(name, ()))
    }
    assert not new, f"add these to tests/golden/states.json, at the end of their lists: {new}"


@pytest.mark.parametrize(
    ("machine", "path"),
    [
        # what happens to the subject, in order; the last word is the state it is in then
        ("withdrawal",  "held sent_to_bank bank_confirmed bank_returned recredited > recredited"),
        ("withdrawal",  "held sent_to_bank timed_out bank_confirmed > settled"),
        ("withdrawal",  "held sent_to_bank timed_out bank_rejected > rejected"),
        ("withdrawal",  "held cancelled > cancelled"),
        ("deposit",     "uncleared bank_settled charged_back > charged_back"),
        ("deposit",     "uncleared settlement_failed bank_settled allocated > cleared"),
        ("deposit",     "in_suspense return_sent timed_out bank_confirmed > returned_to_source"),
        ("listing",     "registered raise_opened filled bid_withdrawn filled disbursed repaid_in_full > repaid"),
        ("listing",     "registered raise_opened filled run_started disbursed > disbursed"),
        ("listing",     "registered raise_opened raise_failed all_released > failed"),
        ("hold",        "open captured_in_part released_in_full > released"),
        ("mandate",     "active exhausted given_back revoked > revoked"),
        ("account",     "pending_review reviewed lock unlock > active"),
        ("account",     "imported lock unlock client_confirmed > active"),
        ("account",     "active close_asked closed > closed"),
        ("legal_order", "waiting moved_up filled taking_sent timed_out bank_confirmed > taken"),
        ("reservation", "reserved listing_registered given_back > released"),
        ("run",         "running item_posted item_posted last_item_posted > finished"),
        ("day",         "open closing_begun closed > closed"),
        ("outbox",      "waiting taken not_sent taken sent timed_out answered > answered"),
        ("instruction", "quarantined redriven > done"),
    ],
)  # fmt: skip
def test_goes_the_ways_of_the_instruction_catalogue(machine: str, path: str) -> None:
    way, end = path.split(" > ")
    begin, *events = way.split()
    state = begin
    for event in events:
        state = MACHINES[machine].after(state, event)
    assert begin in {MACHINES[machine].initial} | MACHINES[machine].begins
    assert state == end


def _reached(machine: Machine) -> frozenset[str]:
    reached = {machine.initial} | machine.begins
    while True:
        more = {target for (state, _), target in machine.moves.items() if state in reached} - reached
        if not more:
            return frozenset(reached)
        reached |= more
