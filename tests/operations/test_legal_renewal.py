"""Legal renewal: the issuing authority gives an order a later day."""

from datetime import date, timedelta
from typing import Any

import pytest

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Answer
from cunguan.kernel.rows import LegalOrder
from tests.operations.order_case import EXPIRES, INSTRUMENT, Orders

LATER = EXPIRES + timedelta(days=180)


def renew(books: Orders, **other: Any) -> Answer:
    body: dict[str, Any] = {"order": "O1", "expires": LATER} | INSTRUMENT | other
    return books.submit(0, f"renew:{len(books.store.entries[0])}", "legal_renewal", **body)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"expires": date(2024, 2, 29), "checker": ""}, Code.date_in_the_past),
        ({"checker": "", "instrument": ""},             Code.two_names_required),
        ({"checker": "m1", "instrument": ""},           Code.same_person_twice),
        ({"instrument": "", "order": "O9"},             Code.legal_instrument_missing),
        ({"order": "O9"},                               Code.order_not_found),
        ({"expires": EXPIRES, "issuer": "court:2"},     Code.date_in_the_past),
        ({"issuer": "court:2"},                         Code.issuer_differs),
        ({"expires": EXPIRES + timedelta(days=1)},      Code.done),
    ],
)  # fmt: skip
def test_refuses_in_this_order(change: dict[str, Any], code: Code) -> None:
    books = Orders()
    books.ordered()
    assert renew(books, **change).code is code


@pytest.mark.parametrize(
    ("amount_minor", "state"), [(100, "in_force"), (99_000, "partly_filled"), (None, "waiting"), (0, "lifted")]
)
def test_moves_the_last_day_and_nothing_else(amount_minor: int | None, state: str) -> None:
    books = Orders()
    if amount_minor is None:
        books.order()
    else:
        books.ordered(amount_minor=amount_minor or 100)
    if state == "lifted":
        books.lift()
    answer = renew(books)
    order = books.get(0, LegalOrder, "O1")
    assert order.state == state
    if state == "lifted":
        assert (answer.code, order.expires) == (Code.order_not_in_force, EXPIRES)
    else:
        assert (answer.code, order.expires) == (Code.done, LATER)
        assert books.events()[-1] == "renewed"
