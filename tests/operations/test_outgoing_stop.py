"""Outgoing stop and resume: nothing leaves the lane while a control account does not sum, and two people restart it."""

from collections.abc import Callable

import pytest

from cunguan.kernel.codes import Code
from cunguan.kernel.rows import OutgoingStop, SuspenseItem, Withdrawal
from cunguan.plane.sender import StoreOutbox
from tests.operations.cash import LANE
from tests.operations.driver import Books
from tests.operations.pool_case import open_pool, pay_fees, receipt, send_back

STOP = {"break_id": "1:R5:a", "found_date": "2024-03-01", "reason": "2020 of L1 does not sum"}
RESUME = {"break_id": "1:R5:a", "cause": "a row was changed by hand", "maker": "m1", "checker": "c1"}


def stop(books: Books, id: str = "recon:stop:1:R5:a", **body: object) -> Code:
    return books.submit(LANE, id, "outgoing_stop", **{**STOP, **body}).code


def resume(books: Books, id: str = "resume", **body: object) -> Code:
    return books.submit(LANE, id, "outgoing_resume", **{**RESUME, **body}).code


@pytest.mark.parametrize(
    ("id", "body", "code"),
    [
        ("stop",                     {},                    Code.id_malformed),
        ("recon:stop:1:R5:b",        {},                    Code.id_malformed),
        ("recon:stop:1:R5:a",        {"reason": " "},       Code.reason_missing),
        ("recon:stop:1:R5:a",        {},                    Code.done),
        ("recon:stop:1:R5:a:again",  {},                    Code.done),
    ],
)  # fmt: skip
def test_checks_of_a_stop_in_order(id: str, body: dict[str, object], code: Code) -> None:
    assert stop(open_pool(), id, **body) is code


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"cause": ""},                       Code.reason_missing),
        ({"checker": ""},                     Code.two_names_required),
        ({"checker": "m1 "},                  Code.same_person_twice),
        ({"break_id": "1:R5:b"},              Code.outgoing_not_stopped),
        ({},                                  Code.done),
    ],
)  # fmt: skip
def test_checks_of_an_end_in_order(body: dict[str, object], code: Code) -> None:
    books = open_pool()
    assert resume(books, "before") is Code.outgoing_not_stopped
    assert stop(books) is Code.done
    assert resume(books, **body) is code


def test_stops_and_ends_follow_each_other() -> None:
    books = open_pool()
    assert books.row(LANE, OutgoingStop, "outgoing") is None
    assert stop(books) is Code.done
    assert stop(books, "recon:stop:1:R5:b", break_id="1:R5:b") is Code.done, "another, while it is stopped"
    assert resume(books) is Code.outgoing_not_stopped, "the last one found is to be answered for"
    assert resume(books, "resume-b", break_id="1:R5:b") is Code.done
    assert stop(books, "recon:stop:1:R5:c", break_id="1:R5:c") is Code.done
    row = books.get(LANE, OutgoingStop, "outgoing")
    assert (row.state, row.break_id) == ("stopped", "1:R5:c")


def _withdraw(books: Books, id: str) -> Code:
    asked = {"holder": "L1", "card": "L1:card", "bank_account": "bank", "amount_minor": 100, "payee_hash": "payee:L1"}
    return books.submit(LANE, id, "withdrawal", **asked).code


def _unused(books: Books, id: str) -> Code:
    asked = {"pool": "main", "bank_account": "bank", "account": "2120", "amount_minor": 100, "payee_hash": "payee:own",
             "maker": "m1", "checker": "c1"}  # fmt: skip
    return books.submit(LANE, id, "unused_money_back", **asked).code


LETS_LEAVE: dict[str, Callable[[Books, str], Code]] = {
    "withdrawal": _withdraw,
    "fee_payout": lambda books, id: pay_fees(books, id).code,
    "unused_money_back": _unused,
    "suspense_return": lambda books, id: send_back(books, id).code,
}


@pytest.mark.parametrize("kind", LETS_LEAVE)
def test_nothing_leaves_while_it_is_stopped(kind: str) -> None:
    books = _ready()
    assert stop(books) is Code.done
    assert LETS_LEAVE[kind](books, "first") is Code.outgoing_stopped
    assert resume(books) is Code.done
    assert LETS_LEAVE[kind](books, "second") is Code.done


@pytest.mark.parametrize("kind", ["withdrawal", "fee_payout"])
def test_what_waits_for_the_bank_goes_on_waiting(kind: str) -> None:
    books = _ready()
    assert LETS_LEAVE[kind](books, "P") is Code.done
    outbox = StoreOutbox(books.store)
    assert outbox.stopped(LANE, ["P"]) == set()
    assert stop(books) is Code.done
    assert outbox.stopped(LANE, ["P"]) == {"P"}, "the sender does not even ask"
    sent, names = ("withdrawal_sent", "withdrawal") if kind == "withdrawal" else ("payout_sent", "payout")
    assert books.submit(LANE, "send:P", sent, **{names: "P"}).code is Code.outgoing_stopped
    assert resume(books) is Code.done
    assert outbox.stopped(LANE, ["P"]) == set()


def test_what_the_bank_shows_is_booked_all_the_same() -> None:
    books = _ready()
    assert _withdraw(books, "W") is Code.done
    books.done(LANE, "send:W", "withdrawal_sent", withdrawal="W")
    assert stop(books) is Code.done
    books.done(LANE, "bank:demobank:W:settled", "withdrawal_result", withdrawal="W", status="settled", amount_minor=100)
    assert books.get(LANE, Withdrawal, "W").state == "settled"
    assert receipt(books, "R2").left_minor == 60_000


def _ready() -> Books:
    books = open_pool()
    books.give(LANE, "L1", 1_000)
    books.give(LANE, "main", 1_000, code="2120")
    books.card(LANE, "L1")
    assert isinstance(receipt(books), SuspenseItem)
    return books
