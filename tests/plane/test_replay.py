"""The same id again: the first answer for ever, byte for byte; with another body, what differs by name."""

import random
from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Answer, Instruction
from cunguan.plane.frames import Submission, instruction_of
from tests.plane.harness import LANE, answers, ask, at_once, bid, books_hold, codes, deposit, rows, running, stored

SEED = 20_260_302


def by_json(instruction: Instruction, dice: random.Random) -> Instruction:
    """Return an instruction as JSON with its keys in another order gives it."""
    keys = list(msgspec.to_builtins(instruction.body).items())
    dice.shuffle(keys)
    body = msgspec.json.decode(msgspec.json.encode(dict(keys)), type=type(instruction.body))
    return msgspec.structs.replace(instruction, body=body)


def by_msgpack(instruction: Instruction, dice: random.Random) -> Instruction:
    """Return an instruction as the socket gives it, its keys in another order and defaults left out."""
    fields = {f.name: f.default for f in msgspec.structs.fields(instruction.body)}
    values: dict[str, Any] = msgspec.to_builtins(instruction.body, builtin_types=(bytes,))
    keys = [(name, value) for name, value in values.items() if fields[name] != value]
    dice.shuffle(keys)
    sent = Submission(
        LANE, instruction.id, instruction.kind, msgspec.Raw(msgspec.msgpack.encode(dict(keys))), instruction.evidence
    )
    made = instruction_of(sent)
    assert isinstance(made, Instruction)
    return made


def originals() -> list[Instruction]:
    """Return bids by mandate, bids by confirmation, deposits, and some that are refused."""
    asked = [bid(n) for n in range(400)] + [deposit(n) for n in range(400)]
    asked += [
        ask(LANE, f"own:{n:04}", "bid_hold", lender=f"L{n % 100:03}", listing="X1", amount_minor=10 + n)
        for n in range(200)
    ]
    asked += [bid(n, tag="much", amount_minor=10**12) for n in range(100)]
    return asked


def test_a_storm_of_replays_in_other_key_orders_has_one_effect_each_and_equal_answers(books: str) -> None:
    dice = random.Random(SEED)
    first = originals()
    storm = first + [by_json(one, dice) if n % 2 else by_msgpack(one, dice) for n, one in enumerate(first)]
    dice.shuffle(storm)
    with running(books) as lane:
        heard: list[Answer] = at_once([lambda one=one: lane.submit(one).result() for one in storm])
        before = rows(books, LANE)
        again = answers(lane, [by_json(one, dice) for one in storm])
        assert rows(books, LANE) == before
    by_id: dict[str, set[bytes]] = {}
    for answer in heard + again:
        by_id.setdefault(answer.id, set()).add(msgspec.msgpack.encode(answer))
    assert len(by_id) == len(first) and all(len(forms) == 1 for forms in by_id.values())
    assert len(set(answer.seq for answer in heard)) == len(first)
    assert {answer.code for answer in heard if not answer.id.startswith("much")} == {Code.done}
    assert Code.done not in {answer.code for answer in heard if answer.id.startswith("much")}
    books_hold(books)


#: what is changed in a bid under the same id -> the code, and what the answer names
OTHER: dict[str, tuple[dict[str, object], Code]] = {
    "amount_minor":    ({"amount_minor": 101}, Code.exists_with_different_amount),
    "lender":          ({"lender": "other"}, Code.exists_with_different_holder),
    "listing":         ({"listing": "other"}, Code.exists_with_different_listing),
    "mandate":         ({"mandate": "other"}, Code.exists_with_different_field),
    "marketing_minor": ({"marketing_minor": 1}, Code.exists_with_different_field),
}  # fmt: skip


@pytest.mark.parametrize("where", ["after the answer", "in the same batch"])
def test_another_body_under_the_same_id_changes_nothing_and_is_told_what_differs(books: str, where: str) -> None:
    dice = random.Random(SEED)
    asked = [bid(n) for n in range(100)]
    others = [(one, name) for one in asked for name in OTHER]
    dice.shuffle(others)
    with running(books) as lane:
        firsts = [lane.submit(one) for one in asked]
        if where == "after the answer":
            assert {future.result().code for future in firsts} == {Code.done}
        futures = [
            lane.submit(msgspec.structs.replace(one, body=msgspec.structs.replace(one.body, **OTHER[name][0])))
            for one, name in others
        ]
        kinds = [lane.submit(msgspec.structs.replace(deposit(0), id=one.id)) for one in asked]
        first = [future.result() for future in firsts]
        for (one, name), future in zip(others, futures, strict=True):
            answer = future.result()
            assert (answer.id, answer.code, answer.seq) == (one.id, OTHER[name][1], None)
            assert name in answer.why
        assert {future.result().code for future in kinds} == {Code.exists_with_different_kind}
        assert answers(lane, asked) == first
    assert set(codes(first)) == {Code.done} and len(stored(books, LANE, "bid:")) == 100
    books_hold(books)


def test_the_first_answer_outlives_the_process_and_the_book(books: str) -> None:
    asked = originals()
    with running(books) as lane:
        first = answers(lane, asked)
    with running(books) as lane:
        again = answers(lane, asked)
    assert [msgspec.msgpack.encode(a) for a in again] == [msgspec.msgpack.encode(a) for a in first]
    assert [msgspec.json.encode(a) for a in again] == [msgspec.json.encode(a) for a in first]


def test_what_is_new_is_decided_from_the_newest_facts_while_replays_pass_by(books: str) -> None:
    """A book that holds next to nothing must not forget what is decided and not committed yet."""
    replays = [deposit(n) for n in range(40)]
    with running(books, book_bytes=20_000) as lane:
        first = answers(lane, replays)
        asks: list[Callable[[], Any]] = []
        for n in range(1_200):
            asks.append(lambda n=n: lane.submit(bid(n, amount_minor=7)).result().code)
            asks.append(lambda n=n: lane.submit(replays[n % 40]).result())
        heard = at_once(asks, 16)
        assert not lane.is_stopped
    assert set(heard[::2]) == {Code.done}
    assert {a.id: a for a in heard[1::2]} == {a.id: a for a in first}
    books_hold(books)
