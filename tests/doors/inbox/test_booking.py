"""Movements on a bank account: each is booked once, as what it is, and money that came in is in the books whatever it is."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from msgspec.structs import replace

from cunguan.channels.base import Payee
from cunguan.doors.inbox import reading
from cunguan.doors.payees.details import remember
from cunguan.kernel.deposit_reference import Holder, creditor_reference, virtual_account
from cunguan.store import roles
from tests.conftest import fresh_database
from tests.doors.inbox.house import (
    ACCOUNT,
    ANNA,
    BERT,
    NOW,
    Inbox,
    credit,
    debit,
    notification,
    pay,
    running,
    state_of,
    statement,
)
from tests.plane.harness import LANE, as_role, books_hold


@pytest.fixture(scope="module")
def inbox(wheel_server_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Inbox]:
    for url in fresh_database(wheel_server_url):
        with running(url, tmp_path_factory.mktemp("inbox")) as made:
            made.bind(ANNA, "Anna Muster", "DE89 3704 0044 0532 0130 00")
            made.bind(BERT, "Bert Beispiel", "DE02 1203 0000 0000 2020 51")
            made.do(
                "close:2026-03-02", "day_close", date="2026-03-02", next_date="2026-03-03"
            )  # a card cools for a day
            yield made
            books_hold(url)


def number(inbox: Inbox, holder: str) -> int:
    return int(inbox.rows("SELECT base FROM holder_account WHERE lane = %s AND id = %s", LANE, holder)[0][0])


# ── deposits ─────────────────────────────────────────────────────────────────
ANNAS = {"payer": "ANNA MUSTER", "payer_account": "GB33BUKB20201555555555"}  # another account of hers: the name is hers


@pytest.mark.parametrize("how", ["virtual account", "creditor reference", "id"])
def test_a_deposit_is_credited_to_whom_it_names(inbox: Inbox, how: str) -> None:
    said: dict[str, Any] = {
        "virtual account": {"payee_account": virtual_account(ACCOUNT, number(inbox, ANNA))},
        "creditor reference": {"remittance": f"for me {creditor_reference(Holder(LANE, number(inbox, ANNA)))}"},
        "id": {"remittance": f"to {ANNA}, thanks"},
    }[how]
    before = inbox.balance("2010", ANNA), inbox.balance("1010")
    assert inbox.told(*notification(credit("12.34", f"in {how}", **ANNAS, **said))) == [("booked", "deposit")]
    assert (inbox.balance("2010", ANNA), inbox.balance("1010")) == (before[0] + 1234, before[1] + 1234)


@pytest.mark.parametrize(
    ("who", "said"),
    [
        ("somebody else's money", {"payer": "Bert Beispiel", "payer_account": "DE02120300000000202051", "remittance": ANNA}),
        ("nobody is named as payer", {"remittance": ANNA}),
        ("two are named", {**ANNAS, "remittance": f"{ANNA} {BERT}"}),
        ("a mistyped reference", {**ANNAS, "structured_reference": "RF18000010000000000104"}),
        ("nobody is named", ANNAS),
    ],
)  # fmt: skip
def test_what_is_not_surely_his_is_suspended(inbox: Inbox, who: str, said: dict[str, Any]) -> None:
    before = inbox.balance("2010", ANNA), inbox.balance("2210")
    inbox.told(*notification(credit("1.00", who, **said)))
    assert (inbox.balance("2010", ANNA), inbox.balance("2210")) == (before[0], before[1] + 100)
    state, reference, payee = inbox.rows(
        "SELECT state, reference, payee_hash FROM suspense_item ORDER BY seq DESC LIMIT 1"
    )[0]
    assert (state, bool(reference)) == ("open", True)
    kept = inbox.rows("SELECT count(*) FROM payee_detail WHERE payee_hash = %s", payee)[0][0]
    assert kept == ("payer" in said), "whoever paid can be paid back"


def test_no_name_and_no_account_of_a_payer_stands_in_the_database(inbox: Inbox) -> None:
    inbox.told(*notification(credit("0.01", "names", payer="Zacharias Zebra", payer_account="FR1420041010050500013M02606",
                                    remittance="Zacharias pays for Zebra")))  # fmt: skip
    for table in ("bank_entry", "bank_line", "bank_statement", "suspense_item", "deposit", "payee_detail"):
        whole = str(inbox.rows(f"SELECT * FROM {table}")).casefold()
        assert "zebra" not in whole and "fr1420041010" not in whole, table


# ── once ─────────────────────────────────────────────────────────────────────
def test_what_a_notification_told_the_statement_does_not_tell_again(inbox: Inbox) -> None:
    told, new = credit("5.00", "once", **ANNAS, remittance=ANNA), credit("6.00", "new", **ANNAS, remittance=ANNA)
    before = inbox.balance("2010", ANNA)
    inbox.told(*notification(told))
    assert inbox.told(*statement(told, new, identity="day")) == [("booked", "deposit")] * 2
    assert inbox.balance("2010", ANNA) == before + 1100
    ids = inbox.rows("SELECT instruction_id FROM bank_entry WHERE bank_reference = 'once'")
    assert len(ids) == 2 and len(set(ids)) == 1


@pytest.mark.parametrize("first", ["notification", "statement"])
def test_a_credit_told_under_two_references_is_left_to_two_people(inbox: Inbox, first: str) -> None:
    """A bank may write its reference in the day's statement only."""
    amount, tell = {
        "notification": ("5.31", (notification, statement)),
        "statement": ("5.32", (statement, notification)),
    }[first]
    before = inbox.balance("2010", ANNA)
    one, other = credit(amount, f"ref {first}", **ANNAS, remittance=ANNA), credit(amount, "", **ANNAS, remittance=ANNA)
    assert inbox.told(*tell[0](one, identity=f"alike {first} 1")) == [("booked", "deposit")]
    assert inbox.told(*tell[1](other, identity=f"alike {first} 2")) == [("person", "told_alike")]
    assert inbox.balance("2010", ANNA) == before + int(amount.replace(".", ""))


def test_two_alike_in_one_statement_are_two(inbox: Inbox) -> None:
    one = credit("7.00", "", **ANNAS, remittance=ANNA)
    before = inbox.balance("2010", ANNA)
    inbox.told(*notification(one, identity="alike"))
    inbox.told(*statement(one, one, identity="two alike"))
    assert inbox.balance("2010", ANNA) == before + 1400


def test_a_long_statement_is_kept_as_a_short_one(inbox: Inbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lines are kept some at a time: alike ones stand far apart, some were told before, some never move money."""
    monkeypatch.setattr(reading, "LINES_AT_ONCE", 7)
    before = inbox.balance("1010")
    told = [credit("1.17", f"long{n}") for n in range(15)]
    inbox.told(*notification(*told, identity="long"))
    pending = replace(told[3], status="pending")
    outcomes = inbox.told(*statement(*told, pending, *told, pending, identity="long"))
    assert outcomes.count(("booked", "unidentified")) == 30 and outcomes.count(("nothing", "pending")) == 2
    lines = "SELECT count(line), count(DISTINCT line), min(number), max(number) FROM bank_entry"
    assert inbox.rows(f"{lines} WHERE statement = (SELECT max(id) FROM bank_statement)") == [(30, 30, 1, 32)]
    assert inbox.balance("1010") == before + 30 * 117


def test_the_same_statement_in_other_bytes_is_the_same(inbox: Inbox) -> None:
    day = statement(credit("8.00", "again", **ANNAS, remittance=ANNA), identity="again")
    inbox.told(*day)
    before = inbox.balance("1010")
    inbox.told(*day)
    assert inbox.balance("1010") == before
    first, second = inbox.rows("SELECT id, same_as FROM bank_statement ORDER BY id DESC LIMIT 2")[::-1]
    assert second[1] == first[0]


def test_a_statement_the_bank_tells_anew_takes_the_place_of_the_first(inbox: Inbox) -> None:
    inbox.told(*statement(credit("9.00", "anew 1"), identity="anew"))
    before = inbox.balance("2210")
    inbox.told(*statement(credit("9.00", "anew 1"), credit("1.19", "anew 2"), identity="anew"))
    assert inbox.balance("2210") == before + 119
    assert [state for (state,) in inbox.rows("SELECT state FROM bank_statement ORDER BY id DESC LIMIT 2")] == [
        "read",
        "replaced",
    ]


def test_a_lane_that_is_not_there_is_told_later(inbox: Inbox) -> None:
    inbox.asks.is_there = False
    assert inbox.told(*notification(credit("3.00", "later"))) == [("", "")]
    inbox.asks.is_there = True
    assert inbox.book()
    assert inbox.rows("SELECT outcome FROM bank_entry WHERE bank_reference = 'later'") == [("booked",)]


# ── never ────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("parts", "state", "why"),
    [
        (statement(credit("5.00", "off"), identity="off", off="0.01"), "unreadable", "not_balanced: closing by 0.01"),
        (statement(credit("5.001", "fen"), identity="fen"), "unreadable", "5.001 USD is no whole number of minor units"),
        (statement(credit("5.00", "else"), identity="else", account="another"), "unreadable", "no account of ours"),
        (statement(credit("5.00", "euro"), identity="euro", currency="EUR"), "unreadable", "other_currency"),
        ([], "unreadable", "no statement is in it"),
    ],
    ids=["sums", "part of a fen", "another's account", "another currency", "empty"],
)  # fmt: skip
def test_what_does_not_add_up_is_kept_and_never_booked(inbox: Inbox, parts: list[Any], state: str, why: str) -> None:
    before = inbox.balance("1010")
    read = inbox.read(*parts)
    assert read.state == state and why in read.why, read
    inbox.book()
    assert inbox.balance("1010") == before


def test_one_unsound_statement_of_a_file_does_not_hold_up_the_others(inbox: Inbox) -> None:
    before = inbox.balance("1010")
    unsound, sound = (
        statement(credit("5.00", "bad"), off="1", identity="b"),
        statement(credit("2.00", "good"), identity="g"),
    )
    read = inbox.read(*unsound, *sound)
    inbox.book()
    assert (read.state, inbox.balance("1010")) == ("flagged", before + 200)


def test_pending_entries_wait_for_their_booking(inbox: Inbox) -> None:
    assert inbox.told(*notification(credit("5.00", "soon", status="pending"))) == [("nothing", "pending")]
    assert inbox.told(*notification(credit("5.00", "no day", booked_on=None))) == [("nothing", "no_booking_date")]


# ── payments ─────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("state", ["sent", "in_doubt"])
def test_a_debit_ends_the_payment_it_is(inbox: Inbox, state: str) -> None:
    name = f"W-{state}"
    pay(inbox, name, 500, state=state)
    before = inbox.balance("1010")
    assert inbox.told(*notification(debit("5.00", name, end_to_end_id=name))) == [("booked", "payment")]
    assert (state_of(inbox, name), inbox.balance("1010")) == ("settled", before - 500)
    assert inbox.told(*notification(debit("5.00", f"{name} again", end_to_end_id=name))) == [("person", "paid_twice")]
    assert inbox.balance("1010") == before - 500


def test_what_the_bank_told_before_is_known_on_the_statement(inbox: Inbox) -> None:
    pay(inbox, "W-told", 500)
    inbox.do(
        "bank:demobank:W-told:settled", "withdrawal_result", withdrawal="W-told", status="settled", amount_minor=500
    )
    before = inbox.balance("1010")
    assert inbox.told(*statement(debit("5.00", "told", end_to_end_id="W-told"), identity="told")) == [
        ("known", "payment")
    ]
    assert inbox.balance("1010") == before


def test_what_a_query_was_refused_with_does_not_stand_in_the_way(inbox: Inbox) -> None:
    pay(inbox, "W-query", 500)
    inbox.ask(
        "bank:demobank:W-query:settled", "withdrawal_result", withdrawal="W-query", status="settled", amount_minor=1
    )
    assert inbox.told(*notification(debit("5.00", "query", end_to_end_id="W-query"))) == [("booked", "payment")]
    assert state_of(inbox, "W-query") == "settled"


def test_a_payment_that_was_not_sent_waits_and_one_that_ended_otherwise_is_for_people(inbox: Inbox) -> None:
    pay(inbox, "W-held", 500, state="held")
    pay(inbox, "W-no", 500)
    inbox.do("bank:demobank:W-no:rejected", "withdrawal_result", withdrawal="W-no", status="rejected", amount_minor=500)
    assert inbox.told(*notification(debit("5.00", "held", end_to_end_id="W-held"))) == [("waits", "payment_not_sent")]
    assert inbox.told(*notification(debit("5.00", "no", end_to_end_id="W-no"))) == [("person", "paid_after_end")]
    assert inbox.told(*notification(debit("5.01", "more", end_to_end_id="W-held"))) == [("person", "amount_differs")]
    inbox.do("send:W-held", "withdrawal_sent", withdrawal="W-held")
    inbox.book()
    assert state_of(inbox, "W-held") == "settled"


def test_a_return_goes_through_suspense_to_the_client_once(inbox: Inbox) -> None:
    """S-04: 2010, 2030, bank, 2220, 2010."""
    pay(inbox, "W-back", 700, state="in_doubt")
    before = inbox.balance("2010", ANNA)
    assert inbox.told(*notification(credit("7.00", "back", end_to_end_id="W-back", return_reason="AC04"))) == [
        ("booked", "return")
    ]
    assert (state_of(inbox, "W-back"), inbox.balance("2010", ANNA)) == ("recredited", before + 700)
    suspended = inbox.balance("2210")
    assert inbox.told(*notification(credit("7.00", "back again", end_to_end_id="W-back"))) == [
        ("booked", "returned_twice")
    ]
    assert (inbox.balance("2010", ANNA), inbox.balance("2210")) == (before + 700, suspended + 700)


def test_a_return_less_a_charge_is_suspended(inbox: Inbox) -> None:
    pay(inbox, "W-less", 700)
    inbox.told(*notification(debit("7.00", "less out", end_to_end_id="W-less")))
    assert inbox.told(*notification(credit("6.00", "less", end_to_end_id="W-less"))) == [("booked", "return_differs")]
    assert state_of(inbox, "W-less") == "settled"


# ── the pool's own ───────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("entry", "told", "account"),
    [
        (credit("0.42", "interest", code="ACMT/MCOP/INTR"), ("booked", "interest"), "2240"),
        (debit("0.42", "charge", code="ACMT/MDOP/CHRG"), ("person", "charge"), ""),
        (debit("0.42", "unknown"), ("person", "debit_unknown"), ""),
        (debit("0.42", "wrong credit", reversal=True), ("person", "credit_taken_back"), ""),
        (credit("0.42", "wrong debit", reversal=True), ("person", "debit_taken_back"), ""),
    ],
    ids=lambda value: value.bank_reference if hasattr(value, "bank_reference") else "",
)
def test_only_interest_is_booked_by_itself(inbox: Inbox, entry: Any, told: tuple[str, str], account: str) -> None:
    before = inbox.balance("1010"), inbox.balance("2240")
    assert inbox.told(*notification(entry)) == [told]
    came = 42 if account else 0
    assert (inbox.balance("1010"), inbox.balance("2240")) == (before[0] + came, before[1] + came)


def test_the_firms_own_money_waits_whatever_account_it_came_from(inbox: Inbox) -> None:
    with psycopg.connect(as_role(inbox.url, roles.DOOR), autocommit=True) as connection:
        firm = remember(connection, inbox.sealer, Payee("Firm & Sons Ltd", "F1", "DEMOCNBJ"), NOW)
    inbox.do("bind:own", "payee_binding", owner="custodian", payee_hash=firm, reason="letter", maker="m1", checker="c1")
    paid = {"payer": "FIRM & SONS LTD.", "payer_account": "F2"}
    assert inbox.told(*notification(credit("1.00", "own", **paid), identity="own")) == [("person", "own_money")]
    named = credit("1.00", "own for her", **paid, remittance=ANNA)
    assert inbox.told(*notification(named, identity="own 2")) == [("booked", "deposit")], (
        "in suspense: it is not from her"
    )
