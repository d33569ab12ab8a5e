"""Reports of a bank on payments: each payment ends once, by a word that ends it, and a doubt only by a final one."""

import asyncio
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from psycopg_pool import AsyncConnectionPool

from cunguan.channels.base import BankAnswer
from cunguan.doors.api.context import Context
from cunguan.doors.inbox.statuses import keep_statuses, tell_statuses
from cunguan.store import roles
from tests.conftest import fresh_database
from tests.doors.inbox.house import ANNA, Inbox, pay, running, state_of
from tests.plane.harness import LANE, as_role, books_hold


@pytest.fixture(scope="module")
def inbox(wheel_server_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Inbox]:
    for url in fresh_database(wheel_server_url):
        with running(url, tmp_path_factory.mktemp("inbox")) as made:
            made.bind(ANNA, "Anna Muster", "DE89 3704 0044 0532 0130 00")
            made.do("close:2026-03-02", "day_close", date="2026-03-02", next_date="2026-03-03")
            yield made
            books_hold(url)


def hear(inbox: Inbox, *answers: BankAnswer) -> list[tuple[str, str]]:
    """Keep a report, tell the books, and return what became of its words."""
    file = int(inbox.rows("SELECT coalesce(max(file), 0) + 1 FROM bank_status")[0][0])
    with psycopg.connect(as_role(inbox.url, roles.DOOR), autocommit=True) as connection:
        keep_statuses(connection, file, "demobank", answers)
    tell(inbox)
    return inbox.rows("SELECT outcome, cause FROM bank_status WHERE file = %s ORDER BY number", file)


def tell(inbox: Inbox) -> None:
    async def run() -> None:
        async with AsyncConnectionPool(as_role(inbox.url, roles.DOOR), kwargs={"autocommit": True}, open=False) as pool:
            await tell_statuses(Context(inbox.asks, pool, "", inbox.home, True))  # type: ignore[arg-type]  # it asks for all alone

    asyncio.run(run())


def leave(inbox: Inbox, name: str, state: str = "sent") -> str:
    """Let a payment leave, and return the id its bank knows it by."""
    pay(inbox, name, 500, state=state)
    order = f"1-{name}"
    with psycopg.connect(inbox.url) as owner:
        owner.execute("INSERT INTO bank_order VALUES ('demobank', %s, %s, %s, 0, now(), now())", (order, LANE, name))
    return order


@pytest.mark.parametrize(
    ("before", "word", "became", "state"),
    [
        ("sent",     {"status": "pending"},                                    ("nothing", "pending"),          "sent"),
        ("sent",     {"status": "settled"},                                    ("booked", "payment"),           "settled"),
        ("sent",     {"status": "settled", "amount_minor": 500},               ("booked", "payment"),           "settled"),
        ("sent",     {"status": "settled", "amount_minor": 501},               ("person", "amount_differs"),    "sent"),
        ("sent",     {"status": "rejected", "reason": "AC04"},                 ("booked", "payment"),           "rejected"),
        ("in_doubt", {"status": "settled"},                                    ("booked", "payment"),           "settled"),
        ("in_doubt", {"status": "rejected"},                                   ("nothing", "not_final"),        "in_doubt"),
        ("in_doubt", {"status": "rejected", "is_final": True},                 ("booked", "payment"),           "rejected"),
        ("held",     {"status": "settled"},                                    ("person", "paid_after_end"),    "held"),
    ],
)  # fmt: skip
def test_a_word_ends_a_payment_or_does_not(
    inbox: Inbox, before: str, word: dict[str, Any], became: tuple[str, str], state: str
) -> None:
    name = f"W-{before}-{len(inbox.rows('SELECT 1 FROM withdrawal'))}"
    order = leave(inbox, name, before)
    answer = BankAnswer(**{"end_to_end_id": order, "amount_minor": 0, **word})
    assert hear(inbox, answer) == [became]
    assert state_of(inbox, name) == state


def test_the_same_report_twice_and_a_contrary_one_move_nothing(inbox: Inbox) -> None:
    order = leave(inbox, "W-twice")
    before = inbox.balance("1010")
    settled, rejected = BankAnswer(order, "settled", 0), BankAnswer(order, "rejected", 0, "AC04", True)
    assert hear(inbox, settled) == [("booked", "payment")]
    assert hear(inbox, settled, rejected) == [("known", "payment"), ("person", "ended_otherwise")]
    assert inbox.balance("1010") == before - 500


def test_what_a_query_was_refused_with_does_not_stand_in_the_way(inbox: Inbox) -> None:
    order = leave(inbox, "W-query")
    refused = inbox.ask(
        "bank:demobank:W-query:settled", "withdrawal_result", withdrawal="W-query", status="settled", amount_minor=499
    )
    assert refused.code.name == "withdrawal_differs"
    assert hear(inbox, BankAnswer(order, "settled", 500)) == [("booked", "payment")]


def test_what_is_not_ours_waits_for_a_person(inbox: Inbox) -> None:
    assert hear(inbox, BankAnswer("1-unknown", "settled", 5)) == [("person", "not_ours")]


def test_a_lane_that_is_not_there_is_told_later(inbox: Inbox) -> None:
    order = leave(inbox, "W-later")
    inbox.asks.is_there = False
    assert hear(inbox, BankAnswer(order, "settled", 0)) == [("", "")]
    inbox.asks.is_there = True
    tell(inbox)
    assert state_of(inbox, "W-later") == "settled"
