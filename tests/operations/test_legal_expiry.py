"""Legal expiry: the timer ends what nobody renewed, the day after its last one."""

from datetime import timedelta
from typing import Any

import pytest

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Answer
from cunguan.kernel.rows import LegalOrder
from tests.operations.order_case import EXPIRES, INSTRUMENT, Orders


def expire(books: Orders, name: str = "", **other: Any) -> Answer:
    body = {"order": "O1"} | other
    name = name or f"lapse:{body['order']}:{books.business_date(0).isoformat()}"
    return books.submit(0, name, "legal_expiry", **body)


@pytest.mark.parametrize(("days", "code"), [(0, Code.not_due_yet), (1, Code.done)])
def test_ends_an_order_the_day_after_its_last_one(days: int, code: Code) -> None:
    books = Orders()
    books.ordered()
    books.move_day(0, EXPIRES + timedelta(days=days))
    assert expire(books).code is code
    books.settle_messages()
    assert books.stands() == ((0, "expired") if days else (10_000, "in_force"))
    assert books.frozen() == ([0, 0] if days else [6_000, 4_000])


def test_the_order_that_waits_moves_up() -> None:
    books = Orders()
    books.ordered(amount_minor=12_000)
    books.ordered("O2", instrument="next", amount_minor=7_000, expires=EXPIRES + timedelta(days=9))
    books.move_day(0, EXPIRES + timedelta(days=1))
    assert expire(books).code is Code.done
    books.settle_messages()
    assert (books.frozen(), sum(books.frozen("O2")), books.stands("O2")) == ([0, 0], 7_000, (7_000, "in_force"))


def test_knows_only_the_id_that_the_timer_makes() -> None:
    books = Orders()
    books.ordered()
    books.move_day(0, EXPIRES + timedelta(days=1))
    assert expire(books, "mine").code is Code.id_malformed
    assert expire(books, order="O9").code is Code.order_not_found
    books.done(0, "renew", "legal_renewal", order="O1", expires=EXPIRES + timedelta(days=9), **INSTRUMENT)
    assert expire(books).code is Code.not_due_yet
    books.move_day(0, EXPIRES + timedelta(days=10))
    assert expire(books).code is Code.done
    assert books.get(0, LegalOrder, "O1").state == "expired"


def test_a_renewed_order_stays() -> None:
    books = Orders()
    books.ordered()
    books.done(0, "renew", "legal_renewal", order="O1", expires=EXPIRES + timedelta(days=9), **INSTRUMENT)
    books.move_day(0, EXPIRES + timedelta(days=9))
    assert expire(books).code is Code.not_due_yet
    assert books.get(0, LegalOrder, "O1").state == "in_force"


def test_an_order_that_was_lifted_has_ended_already() -> None:
    books = Orders()
    books.ordered()
    books.lift()
    books.move_day(0, EXPIRES + timedelta(days=1))
    assert expire(books).code is Code.order_not_in_force
