"""Events: what of a lane's rows a platform is told of, and in which bytes."""

import json
from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from cunguan.doors.webhooks.events import (
    DETAIL_BYTES_MAX,
    TOLD_KINDS,
    TOLD_MACHINES,
    UNTOLD_KINDS,
    UNTOLD_MACHINES,
    Decided,
    Event,
    Moved,
    Told,
    events,
    fits,
    is_wanted,
    message,
)
from cunguan.operations.catalogue import operations
from cunguan.states import MACHINES

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
BODY = b'{"holder":"L7","person":"p-7","card":"C1","amount_minor":60000,"payee_hash":"f00","maker":"m1","reason":"why","mandate":""}'


def told(**changed: object) -> Told:
    row: dict[str, object] = {
        "id": "W1", "kind": "withdrawal", "state": "done", "code": 0, "why": "", "body": BODY, "detail": b'{"fee_minor":0}',
        "at": AT, "business_date": date(2026, 3, 2), "machine": None, "subject": None, "event": None, "move_state": None,
    }  # fmt: skip
    return Told(**{**row, **changed})  # type: ignore[arg-type]


CASES = [
    # kind, state, moves (machine, event), what is told
    ("bid_hold", "done", [], ["0 instruction.done"]),
    ("bid_hold", "refused", [], ["0 instruction.refused"]),
    ("bid_hold", "quarantined", [], ["0 instruction.quarantined"]),
    ("bid_hold", "done", [("listing", "filled")], ["0 instruction.done", "1 listing.filled"]),
    ("withdrawal_result", "done", [("outbox", "answered"), ("withdrawal", "bank_confirmed")],
     ["0 instruction.done", "2 withdrawal.bank_confirmed"]),
    ("person_lock_here", "done", [("account", "lock"), ("account", "lock")], ["1 account.lock", "2 account.lock"]),
    ("legal_order_here", "done", [("order_here", "lifted")], []),
    ("quarantine_resolution", "done", [("instruction", "refused")], ["1 instruction.resolution_refused"]),
    ("hold_expiry", "done", [("hold", "released_in_full")], ["0 instruction.done", "1 hold.released_in_full"]),
    ("a_kind_nobody_has_looked_at", "done", [("a_machine", "moved")], []),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "state", "moves", "expected"), CASES)
def test_are_those_of_the_table(kind: str, state: str, moves: list[tuple[str, str]], expected: list[str]) -> None:
    rows = [Moved(7, line, machine, "S", event) for line, (machine, event) in enumerate(moves)]
    found = list(events(3, Decided(7, "I1", kind, state), rows))
    assert [f"{one.number} {one.type}" for one in found] == expected
    assert [one.id for one in found] == [f"evt_3_7_{one.number}" for one in found]


def test_every_kind_of_a_platforms_lane_and_every_machine_is_either_told_or_not() -> None:
    kinds = {kind for kind, of in operations().items() if of.lane != "custodian"}
    assert kinds == TOLD_KINDS | UNTOLD_KINDS and not TOLD_KINDS & UNTOLD_KINDS
    assert set(MACHINES) == TOLD_MACHINES | UNTOLD_MACHINES and not TOLD_MACHINES & UNTOLD_MACHINES


def test_a_message_about_an_instruction_says_what_became_of_it_and_no_more_than_it_may() -> None:
    event = Event(1, 7, 0, "instruction.done", "instruction:W1")
    assert json.loads(message(event, told(), "P1")) == {
        "id": "evt_1_7_0", "type": "instruction.done", "timestamp": "2026-03-02T09:30:00Z", "platform": "P1",
        "subject": "instruction:W1",
        "data": {"seq": 7, "number": 0, "business_date": "2026-03-02", "instruction": "W1", "kind": "withdrawal",
                 "status": "done", "code": "done", "code_number": 0, "detail": {"fee_minor": 0},
                 "about": {"holder": "L7", "card": "C1", "amount_minor": 60000}},
    }  # fmt: skip


def test_a_message_about_a_move_says_the_state_since_and_by_what() -> None:
    event = Event(1, 9, 2, "withdrawal.bank_confirmed", "withdrawal:W1")
    move = {"machine": "withdrawal", "subject": "W1", "event": "bank_confirmed", "move_state": "settled"}
    by = told(id="bank:demo:W1:paid", kind="withdrawal_result", body=b'{"withdrawal":"W1","status":"paid"}', **move)
    assert json.loads(message(event, by, "P1"))["data"] == {
        "seq": 9, "number": 2, "business_date": "2026-03-02", "machine": "withdrawal", "id": "W1", "event": "bank_confirmed",
        "state": "settled", "instruction": "bank:demo:W1:paid", "kind": "withdrawal_result",
        "about": {"withdrawal": "W1", "status": "paid"},
    }  # fmt: skip


def test_a_move_by_an_act_on_a_person_does_not_say_by_what() -> None:
    event = Event(1, 9, 1, "account.lock", "account:L7")
    move = {"machine": "account", "subject": "L7", "event": "lock", "move_state": "locked"}
    said = message(
        event, told(id="act:A1:1", kind="person_lock_here", body=b'{"person":"p-7","act":"A1"}', **move), "P1"
    )
    assert b"A1" not in said and b"p-7" not in said and b"person_lock" not in said


def test_the_same_rows_give_the_same_bytes_in_whatever_zone_they_are_read() -> None:
    event = Event(1, 7, 0, "instruction.done", "instruction:W1")
    assert message(event, told(), "P1") == message(event, told(at=AT.astimezone(timezone(timedelta(hours=8)))), "P1")


@pytest.mark.parametrize(("size", "is_left_out"), [(DETAIL_BYTES_MAX, False), (DETAIL_BYTES_MAX + 1, True)])
def test_a_large_answer_is_left_out_and_the_message_says_so(size: int, is_left_out: bool) -> None:
    detail = b'{"a":"' + b"x" * (size - 8) + b'"}'
    data = json.loads(message(Event(1, 7, 0, "t", "s"), told(detail=detail), "P1"))["data"]
    assert data.get("is_detail_left_out", False) is is_left_out and ("detail" in data) is not is_left_out


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        ("*", "withdrawal.returned", True),
        ("withdrawal.*", "withdrawal.returned", True),
        ("withdrawal.returned", "withdrawal.returned", True),
        ("withdrawal.return", "withdrawal.returned", False),
        ("withdrawal.*", "withdrawals.x", False),
        ("instruction:W-1", "instruction:W-1", True),
        ("instruction:W.1", "instruction:W-1", False),
        ("*.returned", "withdrawal.returned", False),  # a star stands at the end
    ],
)
def test_a_filter_fits_a_text_or_its_beginning(pattern: str, text: str, expected: bool) -> None:
    assert fits(pattern, text) is expected


def test_an_event_is_wanted_when_both_filters_let_it_through() -> None:
    event = Event(1, 7, 1, "listing.filled", "listing:X1")
    assert is_wanted(event, ["hold.*", "listing.*"], ["listing:X1"])
    assert not is_wanted(event, ["hold.*"], ["*"]) and not is_wanted(event, ["*"], ["listing:X2"])
