"""Listing registration: figures, persons, rules of the pack, and the cap across platforms through lane 0."""

from datetime import date
from typing import Any

import pytest
from msgspec.structs import replace

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Answer, Instruction
from cunguan.kernel.rows import Exposure, Holder, Pool, Reservation
from cunguan.plane.runner import Item, admit
from tests.operations.lending_case import FRIDAY, LANE, MONDAY, Loan, later

ROWS = [
    {"due_date": later(30), "principal_minor": 4_000_000, "interest_minor": 5},
    {"due_date": later(60), "principal_minor": 6_000_000, "interest_minor": 0},
]


def _reserved(books: Loan, person: str = "person:B") -> int:
    exposure = books.row(0, Exposure, f"{person}:CNY")
    return 0 if exposure is None else exposure.reserved_minor


# ── what it makes ────────────────────────────────────────────────────────────
def test_opens_the_raise_and_fixes_when_holds_are_released() -> None:
    books = Loan()
    answer = books.register(fee_schedule="fees", fee_item="platform_fee")
    listing = books.listing()
    assert answer.detail == {"release_by": "2024-03-11"}  # Monday the 4th and five working days
    assert (listing.state, listing.raise_until, listing.release_by) == ("raising", MONDAY, date(2024, 3, 11))
    assert (listing.amount_minor, listing.held_minor, listing.lent_minor) == (10_000_000, 0, 0)
    assert (listing.borrower, listing.reservation, listing.seq) == ("B", "reg:X:limit:1", answer.seq)
    decision = books.decision(LANE, "reg:X")
    assert decision.postings == () and decision.authority is not None
    text = decision.authority.text
    assert (text.type, text.owner, text.amount_minor, text.listing) == ("listing_registration", "B", 10_000_000, "X")


def test_may_wait_to_be_opened() -> None:
    books = Loan()
    books.listed(opens=False)
    assert books.listing().state == "registered"
    assert books.decision(LANE, "reg:X").moves == ()


def test_takes_recorded_rows_as_they_are() -> None:
    books = Loan(pack="none_recorded")
    assert books.register(rule="recorded", months=0, recorded=ROWS, late_rate_e6=None).code is Code.done
    listing = books.listing()
    assert [(row.due_date, row.principal_minor, row.interest_minor) for row in listing.recorded] == [
        (later(30), 4_000_000, 5), (later(60), 6_000_000, 0),
    ]  # fmt: skip
    assert (listing.late_rate_e6, listing.reservation) == (None, "")


# ── figures ──────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"listing": "no such id"},                          Code.id_malformed),
        ({"amount_minor": 0},                                Code.amount_not_positive),
        ({"amount_minor": 2**62},                            Code.amount_too_large),
        ({"rate_e6": -1},                                    Code.rate_malformed),
        ({"rate_e6": 10_000_001},                            Code.rate_malformed),
        ({"late_rate_e6": -1},                               Code.rate_malformed),
        ({"grace_days": -1},                                 Code.schedule_malformed),
        ({"grace_days": 367},                                Code.schedule_malformed),
        ({"months": 0},                                      Code.schedule_malformed),
        ({"months": 1_201},                                  Code.schedule_malformed),
        ({"rule": "balloon"},                                Code.schedule_malformed),
        ({"recorded": ROWS},                                 Code.schedule_malformed),
        ({"rule": "recorded"},                               Code.schedule_malformed),
        ({"rule": "recorded", "recorded": ROWS[:1]},         Code.schedule_malformed),
        ({"rule": "recorded", "recorded": ROWS[::-1]},       Code.schedule_malformed),
        ({"fee_item": "platform_fee"},                       Code.details_missing),
        ({"fee_schedule": "fees"},                           Code.details_missing),
        ({"pool": "other"},                                  Code.pool_not_found),
        ({"pack": "none_recorded"},                          Code.pack_unknown),
        ({"pack": "no_such"},                                Code.pack_unknown),
        ({"borrower": "nobody", "person": "person:B"},       Code.account_not_found),
        ({"borrower": "L", "person": "person:L"},            Code.account_role_differs),
        ({"signed": False},                                  Code.authority_missing),
        ({"by": "L:key"},                                    Code.authority_key_differs),
        ({"raise_until": later(-1)},                         Code.date_in_the_past),
        ({"raise_until": date(9999, 12, 31)},                Code.raise_too_long),
    ],
)  # fmt: skip
def test_is_refused_and_gives_the_reservation_back(body: dict[str, Any], code: Code) -> None:
    books = Loan()
    books.lender("L", 1)
    assert books.submit(LANE, "reg:X", "listing_registration", **books.ask_listing(**body)).code is code
    assert (_reserved(books), _reserved(books, "person:L")) == (0, 0)


def test_is_refused_for_another_currency_before_anything_is_reserved() -> None:
    books = Loan()
    assert books.register(currency="USD").code is Code.currency_differs
    books = Loan(pack="none_recorded")
    assert books.register(currency="USD").code is Code.currency_differs


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"amount_minor": 0},                                                     Code.amount_not_positive),
        ({"amount_minor": 1, "rule": "bullet"},                                   Code.done),
        ({"amount_minor": 2**62 - 1},                                             Code.done),
        ({"amount_minor": 2**62},                                                 Code.amount_too_large),
        ({"rule": "recorded", "recorded": [ROWS[0] | {"interest_minor": 2**62 - 1}, ROWS[1]]}, Code.done),
        ({"rule": "recorded", "recorded": [ROWS[0] | {"interest_minor": 2**62}, ROWS[1]]}, Code.schedule_malformed),
    ],
)  # fmt: skip
def test_asks_lane_0_nothing_where_no_rule_binds_across_platforms(body: dict[str, Any], code: Code) -> None:
    books = Loan(pack="none_recorded")
    before = books.store.head(0).head
    assert books.register(**body).code is code
    assert books.store.head(0).head == before


def test_is_refused_for_a_borrower_of_another_pool() -> None:
    books = Loan()
    books.put(replace(books.get(LANE, Holder, "B"), pool="other"))
    assert books.register().code is Code.pool_differs


def test_is_refused_when_the_person_is_not_the_borrowers() -> None:
    books = Loan()
    books.lender("L", 1)
    assert books.register(person="person:L").code is Code.borrower_differs
    assert _reserved(books, "person:L") == 0


def test_takes_a_listing_id_once() -> None:
    books = Loan()
    books.listed()
    again = books.submit(LANE, "other", "listing_registration", **books.ask_listing())
    assert again.code is Code.listing_exists
    assert _reserved(books) == 10_000_000


@pytest.mark.parametrize(
    ("row", "state", "code"),
    [
        (Holder, "locked",         Code.account_locked),
        (Holder, "pending_review", Code.account_under_review),
        (Pool,   "short",          Code.done),
        (Pool,   "stopped",        Code.pool_not_active),
    ],
)  # fmt: skip
def test_looks_at_the_states_of_borrower_and_pool(row: type[Holder | Pool], state: str, code: Code) -> None:
    books = Loan()
    books.put(replace(books.get(LANE, row, "B" if row is Holder else "main"), state=state))
    assert books.register().code is code


# ── the pack's rules ─────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"raise_until": FRIDAY},              Code.done),
        ({"raise_until": date(2024, 3, 28)},   Code.done),  # the twentieth working day
        ({"raise_until": date(2024, 3, 29)},   Code.raise_too_long),
        ({"rate_e6": 138_000},                 Code.done),
        ({"rate_e6": 138_001},                 Code.rate_cap_exceeded),
        ({"amount_minor": 20_000_000},         Code.done),
        ({"amount_minor": 20_000_001},         Code.borrower_cap_exceeded),
    ],
)  # fmt: skip
def test_obeys_the_rules_of_its_pack_on_both_sides_of_the_edge(body: dict[str, Any], code: Code) -> None:
    books = Loan()
    answer = books.register(**body)
    assert answer.code is code
    if code is not Code.done:
        assert str(answer.detail["rule"]).startswith("cn_p2p.")
        assert _reserved(books) == 0


@pytest.mark.parametrize(("until", "code"), [(date(2024, 3, 28), Code.done), (date(2024, 3, 29), Code.raise_too_long)])
def test_ends_every_raise_within_the_packs_days_also_without_a_law(until: date, code: Code) -> None:
    assert Loan(pack="none_recorded").register(raise_until=until).code is code


@pytest.mark.parametrize(
    ("state", "lent", "repaid", "free"),
    [
        ("registered", 0,          0,         8_000_000),
        ("raising",    0,          0,         8_000_000),
        ("full",       0,          0,         8_000_000),
        ("disbursing", 0,          0,         8_000_000),
        ("disbursed",  12_000_000, 0,         8_000_000),
        ("disbursed",  12_000_000, 5_000_000, 13_000_000),
        ("disbursed",  7_000_000,  0,         13_000_000),
        ("repaid",     12_000_000, 12_000_000, 20_000_000),
        ("failing",    0,          0,         20_000_000),
        ("failed",     0,          0,         20_000_000),
    ],
)  # fmt: skip
def test_counts_what_the_borrower_owes_or_may_still_be_lent(state: str, lent: int, repaid: int, free: int) -> None:
    books = Loan()
    books._check_listing = lambda lane, listing: None  # type: ignore[method-assign]  # the first listing is made up
    books.listed(amount_minor=12_000_000)
    books.put(replace(books.listing(), state=state, lent_minor=lent, repaid_minor=repaid))
    assert books.register("Y", amount_minor=free + 1).code is Code.borrower_cap_exceeded
    again = books.submit(LANE, "again", "listing_registration", **books.ask_listing("Y", amount_minor=free))
    assert again.code is Code.done


# ── across platforms ─────────────────────────────────────────────────────────
def test_caps_a_company_across_platforms_whatever_the_ids_of_their_instructions() -> None:
    books = Loan()
    for lane in range(2, 8):
        books.platform(lane)
    for lane in range(1, 8):
        books.client(lane, "C", "borrower", kind="company", person="company:1")
    body = books.ask_listing(borrower="C", person="company:1", amount_minor=100_000_000)
    answers = [books.submit(lane, "same-id", "listing_registration", **body) for lane in range(1, 8)]
    assert [answer.code for answer in answers] == [Code.done] * 5 + [Code.cross_platform_cap_exceeded] * 2
    assert _reserved(books, "company:1") == 500_000_000
    assert answers[5].seq is None  # lane 0 said no: nothing is stored here, and the id is free


def test_is_refused_when_the_reservation_is_missing_or_another() -> None:
    books = Loan()
    made = {"person": "person:B", "lane": 1, "instruction_id": "reg:X", "currency": "CNY", "pack": "cn_p2p"}
    books.done(0, "reg:X:limit:1", "limit_reserve", amount_minor=9_999_999, **made)
    instruction = books.ask(LANE, "reg:X", "listing_registration", **books.ask_listing())
    assert _without_prelude(books, instruction).code is Code.reservation_differs
    other = books.ask(LANE, "reg:Y", "listing_registration", **books.ask_listing("Y"))
    assert _without_prelude(books, other).code is Code.reservation_missing


def test_does_not_take_a_reservation_that_was_given_back() -> None:
    books = Loan()
    made = {"person": "person:B", "lane": 1, "instruction_id": "reg:X", "currency": "CNY", "pack": "cn_p2p"}
    books.done(0, "reg:X:limit:1", "limit_reserve", amount_minor=10_000_000, **made)
    books.done(0, "give-back", "limit_release", reservation="reg:X:limit:1")
    assert books.get(0, Reservation, "reg:X:limit:1").state == "released"
    assert books.register().code is Code.reservation_not_open


def test_answers_a_replay_without_reserving_again() -> None:
    books = Loan()
    first = books.register()
    assert books.register() == first
    assert _reserved(books) == 10_000_000


def _without_prelude(books: Loan, instruction: Instruction) -> Answer:
    """Hand an instruction to the lane as a door would that forgot lane 0."""
    item = admit(instruction, LANE)
    assert isinstance(item, Item)
    return books._write(LANE, [item])[0]
