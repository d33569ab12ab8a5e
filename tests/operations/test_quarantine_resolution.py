"""Quarantine resolution: two people have what our own mistake stopped decided again, or refuse it; the old id tells it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from msgspec.structs import replace

from cunguan.kernel.codes import Code
from cunguan.kernel.ids import again_id, is_of, resolution_id
from cunguan.kernel.instruction import Answer
from cunguan.operations.catalogue import operations
from tests.operations.cash import LANE, open_books
from tests.operations.driver import Books

DEPOSIT = {
    "holder": "L1", "bank_account": "bank", "amount_minor": 500, "payer_matches": True, "reference": "statement",
}  # fmt: skip
TWO = {"reason": "mended", "maker": "m1", "checker": "c1"}


class Doubtful(Books):
    """Books in which an instruction may be quarantined."""

    def _write(self, lane: int, items: Any) -> list[Answer]:
        runner = self.runners.get(lane)
        if runner is None:
            return super()._write(lane, items)
        batch, taken = runner.decide(items, self.now)
        assert len(batch.entries) == taken
        self.store.write(batch)
        runner.book.committed(batch.number)
        self.check(lane)
        return [entry.answer() for entry in batch.entries]


@contextmanager
def mistaken(kind: str) -> Iterator[None]:
    """Let a kind raise, as a mistake of ours does."""

    def raises(*_: Any) -> Any:
        raise AssertionError("a mistake of ours")

    right = operations()[kind]
    operations()[kind] = replace(right, decide=raises)
    try:
        yield
    finally:
        operations()[kind] = right


@pytest.fixture
def books() -> Books:
    books = open_books(money_minor=0)
    books.__class__ = Doubtful
    with mistaken("deposit_direct"):
        assert books.submit(LANE, "D1", "deposit_direct", **DEPOSIT).code is Code.in_doubt
    return books


def resolve(books: Books, outcome: str, of: str = "D1", **body: Any) -> Answer:
    asked = {"instruction": of, "outcome": outcome, **TWO} | body
    return books.submit(LANE, asked.pop("id", resolution_id(of)), "quarantine_resolution", **asked)


@pytest.mark.parametrize(
    ("of", "change", "code"),
    [
        ("D1", {"checker": ""}, Code.two_names_required),
        ("D1", {"checker": "m1"}, Code.same_person_twice),
        ("D1", {"reason": " "}, Code.reason_missing),
        ("D1", {"id": "resolve:other"}, Code.id_malformed),
        ("none", {}, Code.instruction_not_found),
        ("account:L1", {}, Code.state_forbids),
    ],
)
@pytest.mark.parametrize("outcome", ["redriven", "refused"])
def test_refuses_in_this_order(books: Books, outcome: str, of: str, change: dict[str, Any], code: Code) -> None:
    assert resolve(books, outcome, of, **change).code is code


def test_driven_again_it_is_decided_and_the_old_id_tells_it(books: Books) -> None:
    assert resolve(books, "redriven").detail == {"state": "done", "again": "D1:again"}
    assert books.submit(LANE, "D1", "deposit_direct", **DEPOSIT).code is Code.in_doubt  # not handed in yet
    answer = books.done(LANE, "D1:again", "deposit_direct", **DEPOSIT)
    assert books.five(LANE, "L1") == (500, 0, 0, 0, 0)
    told = books.submit(LANE, "D1", "deposit_direct", **DEPOSIT)
    assert (told.id, told.code, told.seq) == ("D1", Code.done, answer.seq)
    assert books.five(LANE, "L1") == (500, 0, 0, 0, 0)
    other = books.submit(LANE, "D1", "deposit_direct", **{**DEPOSIT, "amount_minor": 501})
    assert other.code is Code.exists_with_different_amount


def test_refused_it_is_refused_for_good_and_the_old_id_tells_why(books: Books) -> None:
    answer = resolve(books, "refused", reason="the client was paid otherwise")
    assert answer.detail == {"state": "refused"}
    told = books.submit(LANE, "D1", "deposit_direct", **DEPOSIT)
    assert (told.code, told.why) == (Code.refused_by_two_names, "the client was paid otherwise")
    assert resolve(books, "refused", reason="the client was paid otherwise") == answer
    assert resolve(books, "redriven").code is Code.exists_with_different_field
    assert books.five(LANE, "L1") == (0, 0, 0, 0, 0)


def test_quarantined_again_it_is_driven_on_as_often_as_it_takes(books: Books) -> None:
    resolve(books, "redriven")
    with mistaken("deposit_direct"):
        books.submit(LANE, "D1:again", "deposit_direct", **DEPOSIT)
    assert books.submit(LANE, "D1", "deposit_direct", **DEPOSIT).code is Code.in_doubt
    assert resolve(books, "redriven", "D1:again").detail["again"] == "D1:again:again"
    books.done(LANE, "D1:again:again", "deposit_direct", **DEPOSIT)
    assert books.submit(LANE, "D1", "deposit_direct", **DEPOSIT).code is Code.done
    assert books.five(LANE, "L1") == (500, 0, 0, 0, 0)


def test_what_a_client_confirms_is_only_refused(books: Books) -> None:
    bind = {"holder": "L1", "card": "new", "payee_hash": "payee:new"}
    with mistaken("card_binding"):
        books.submit(LANE, "B1", "card_binding", **bind)
    assert resolve(books, "redriven", "B1").code is Code.authority_missing
    with mistaken("card_binding"):  # a refusal is final for its id, also that of a resolution
        books.submit(LANE, "B2", "card_binding", **bind)
    assert resolve(books, "refused", "B1").code is Code.exists_with_different_field
    assert resolve(books, "refused", "B2").code is Code.done
    assert books.submit(LANE, "B2", "card_binding", **bind).code is Code.refused_by_two_names
    assert books.submit(LANE, "B3", "card_binding", **bind).code is Code.done


def test_an_event_of_the_plane_keeps_its_prefix_and_is_taken_under_its_second_id() -> None:
    books = open_books()
    books.__class__ = Doubtful
    books.client(LANE, "L3", person="Ann")
    books.done(0, "l", "person_lock", act="A", person="Ann", reason="stolen", maker="m1")
    here = {"person": "Ann", "act": "A"}
    with mistaken("person_lock_here"):
        assert books.submit(LANE, "act:A:1", "person_lock_here", **here).code is Code.in_doubt
    resolve(books, "redriven", "act:A:1")
    assert books.done(LANE, "act:A:1:again", "person_lock_here", **here).detail == {"accounts": ["L3"]}
    assert books.submit(LANE, "act:A:1", "person_lock_here", **here).detail == {"accounts": ["L3"]}


@pytest.mark.parametrize("length", [1, 180, 181, 200])
def test_ids_of_any_length_have_room_for_both(length: int) -> None:
    name = "x" * length
    assert len(resolution_id(name)) <= 200 and len(again_id(again_id(again_id(name)))) <= 200
    assert resolution_id(name) != resolution_id(name[:-1] + "y")
    assert is_of(again_id("expire:H"), "expire:H") and is_of("expire:H", "expire:H")
    assert not is_of("expire:G:again", "expire:H")
