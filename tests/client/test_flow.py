"""Flow: what a client does with each kind of answer, step by step and without a network."""

from typing import Any

import msgspec
import pytest

from cunguan.client.calls import receipt
from cunguan.client.errors import Failed, Pending, Refused, Unreached
from cunguan.client.flow import Asked, Heard, Pause, instruct, once

ASKED = Asked("POST", "/v1/instructions", body=b"{}", id="bid-1")
LOOK = "/v1/instructions/bid-1"
DONE = {"id": "bid-1", "status": "done", "code": "done"}


def heard(status: int, body: Any = None, at: float = 0.0, **headers: str) -> Heard:
    return Heard(status, msgspec.json.encode(body), headers, at, "" if status else "timed out")


def told(flow: Any, *answers: Heard) -> tuple[list[Any], Any]:
    """Run a flow on answers; return what it asked for, without its pauses, and what it returned or raised."""
    steps: list[Any] = []
    waiting = list(answers)
    try:
        step = next(flow)
        while True:
            if isinstance(step, Pause):
                step = flow.send(Heard(0, b"", {}, 0.0))
            else:
                steps.append((step.method, step.path))
                step = flow.send(waiting.pop(0))
    except StopIteration as end:
        return steps, end.value
    except Exception as error:
        return steps, error


SENT, LOOKED = ("POST", "/v1/instructions"), ("GET", LOOK)


def test_an_instruction_that_is_done_is_sent_once() -> None:
    assert told(instruct(ASKED, msgspec.json.decode, 30), heard(200, DONE)) == ([SENT], DONE)


@pytest.mark.parametrize("status", [202, 429, 500, 502, 503, 504])
def test_what_may_pass_is_sent_again_under_the_same_id(status: int) -> None:
    assert told(instruct(ASKED, msgspec.json.decode, 30), heard(status, {}), heard(200, DONE)) == ([SENT, SENT], DONE)


def test_after_a_time_out_it_is_looked_up_before_it_is_sent_again() -> None:
    flow = instruct(ASKED, msgspec.json.decode, 30)
    assert told(flow, heard(0), heard(200, DONE)) == ([SENT, LOOKED], DONE)


def test_what_did_not_arrive_is_sent_again() -> None:
    flow = instruct(ASKED, msgspec.json.decode, 30)
    assert told(flow, heard(0), heard(404, {}), heard(200, DONE)) == ([SENT, LOOKED, SENT], DONE)


def test_what_was_refused_before_the_line_broke_is_refused() -> None:
    refused = {"id": "bid-1", "status": "refused", "code": "insufficient_balance", "why": ""}
    steps, error = told(instruct(ASKED, msgspec.json.decode, 30), heard(0), heard(200, refused))
    assert steps == [SENT, LOOKED]
    assert isinstance(error, Refused) and error.code == "insufficient_balance"


def test_a_refusal_tells_code_and_field() -> None:
    problem = {"status": 422, "code": "malformed", "detail": "no such field", "field": "body.x"}
    _, error = told(instruct(ASKED, msgspec.json.decode, 30), heard(422, problem))
    assert type(error) is Failed and str(error) == "malformed: no such field (field body.x)"


def test_when_patience_ends_the_outcome_is_pending_and_not_a_failure() -> None:
    flow = instruct(ASKED, msgspec.json.decode, 5)
    _, error = told(flow, heard(202, {}, at=0.0), heard(202, {}, at=6.0))
    assert isinstance(error, Pending) and error.instruction_id == "bid-1"


def test_a_door_that_is_not_there_is_unreached_when_nothing_could_have_happened() -> None:
    _, error = told(once(Asked("GET", "/v1/platform"), msgspec.json.decode, 5), heard(0, at=0.0), heard(0, at=6.0))
    assert isinstance(error, Unreached)


def test_a_read_that_is_refused_is_not_asked_again() -> None:
    steps, error = told(
        once(Asked("GET", "/v1/platform"), msgspec.json.decode, 5), heard(404, {"status": 404, "code": "x"})
    )
    assert len(steps) == 1 and isinstance(error, Failed)


def test_a_receipt_is_asked_for_again_until_a_checkpoint_is_over_its_leaf() -> None:
    early = heard(409, {"status": 409, "code": "receipt_not_ready"})
    asked = ("GET", "/v1/instructions/bid-1/receipt")
    assert told(receipt("bid-1", "L7", 5), early, early, Heard(200, b"{}", {}, 0.0)) == ([asked] * 3, b"{}")
    steps, error = told(receipt("bid-1", "", 5), heard(404, {"status": 404, "code": "receipt_of_nothing"}))
    assert len(steps) == 1 and isinstance(error, Failed)


def test_the_pause_is_at_least_what_the_door_asks_for() -> None:
    flow = once(Asked("GET", "/v1/platform"), msgspec.json.decode, 5)
    next(flow)
    pause = flow.send(heard(429, {}, **{"retry-after": "3"}))
    assert isinstance(pause, Pause) and pause.seconds >= 3
