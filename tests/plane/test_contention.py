"""Many callers at once on one balance, one listing, one limit: never a cent more than there is; and what ends it, ends it."""

from collections import Counter
from datetime import timedelta

import psycopg

from cunguan.kernel.codes import Code
from cunguan.kernel.ids import close_id
from cunguan.kernel.instruction import Answer, Instruction
from cunguan.plane.process import Process
from tests.plane.harness import (
    DAY,
    LANE,
    MONEY_MINOR,
    THREE,
    TWO,
    Submits,
    ask,
    at_once,
    balance,
    bid,
    books_hold,
    listing,
    mandate,
    one,
    running,
    until,
)

NEXT = DAY + timedelta(days=1)


def all_at_once(lane: Submits, asked: list[Instruction]) -> list[Answer]:
    """Let 64 callers ask together; return the answers in the order asked."""
    return at_once([lambda one=one: lane.submit(one).result() for one in asked])


def own_bid(n: int, lender: str, amount_minor: int, name: str = "X0") -> Instruction:
    """Return a bid that the lender confirms himself."""
    return ask(LANE, f"own:{n:04}", "bid_hold", lender=lender, listing=name, amount_minor=amount_minor)


def count(found: list[Answer]) -> dict[Code, int]:
    """Return how often each code was answered."""
    return dict(Counter(answer.code for answer in found))


# ── exact totals ─────────────────────────────────────────────────────────────
def test_64_callers_on_one_lenders_balance_spend_it_once(books: str) -> None:
    with running(books) as lane:
        found = all_at_once(lane, [own_bid(n, "L000", MONEY_MINOR // 20) for n in range(64)])
        assert count(found) == {Code.done: 20, Code.insufficient_balance: 44}
        assert lane.submit(own_bid(99, "L000", 1)).result().code is Code.insufficient_balance
    assert (balance(books, "L000", "2010"), balance(books, "L000", "2020")) == (0, MONEY_MINOR)
    books_hold(books)


def test_64_callers_on_the_last_amount_of_a_listing_take_it_once(books: str) -> None:
    with running(books, 0, LANE) as plane:
        assert plane.ask(LANE, listing(LANE, "small", amount_minor=1_000_001)).code is Code.done
        asked = [bid(n, listing="small", amount_minor=100_000) for n in range(64)]
        found = at_once([lambda one=one: plane.ask(LANE, one) for one in asked])
        assert count(found) == {Code.done: 10, Code.listing_remaining_exceeded: 54}
        last = at_once(
            [lambda n=n: plane.ask(LANE, bid(n, tag="last", listing="small", amount_minor=1)) for n in range(64)]
        )
        assert count(last) == {Code.done: 1, Code.listing_remaining_exceeded: 63}
    assert one(books, "SELECT (held_minor, state) FROM listing WHERE lane = 1 AND id = 'small'") == ("1000001", "full")
    books_hold(books)


def test_64_callers_under_one_mandate_never_pass_its_cap(books: str) -> None:
    with running(books) as lane:
        assert lane.submit(mandate("L000", "narrow", cap_minor=1_000_000)).result().code is Code.done
        found = all_at_once(lane, [under("narrow", n, 70_000) for n in range(64)])
        assert count(found) == {Code.done: 14, Code.mandate_cap_exceeded: 50}
    assert one(books, "SELECT used_minor FROM mandate WHERE lane = 1 AND id = 'narrow'") == 980_000
    books_hold(books)


def test_64_callers_over_two_platforms_never_pass_a_borrowers_cap_across_them(books: str) -> None:
    cap_minor, each_minor, free = 100_000_000, 1_000_000, 25
    with running(books, 0, TWO, THREE) as plane:
        assert plane.ask(0, reserve_elsewhere(cap_minor - free * each_minor - 1)).code is Code.done
        asked = [(lane, listing(lane, f"c{n:02}", amount_minor=each_minor)) for n in range(32) for lane in (TWO, THREE)]
        found = at_once([lambda pair=pair: plane.ask(*pair) for pair in asked])
        assert count(found) == {Code.done: free, Code.cross_platform_cap_exceeded: 64 - free}
        assert [plane.ask(*pair) for pair in asked] == found, "a refusal by lane 0 is the answer for ever"
    reserved = one(books, "SELECT sum(reserved_minor) FROM exposure WHERE lane = 0")
    assert reserved == cap_minor - 1
    assert one(books, "SELECT count(*) FROM listing WHERE lane IN (2, 3)") == free
    books_hold(books)


def reserve_elsewhere(amount_minor: int) -> Instruction:
    """Return a reservation of the shared borrower's limit for something of lane 1."""
    return ask(
        0, "elsewhere:limit:1", "limit_reserve", person="person:B", lane=LANE, instruction_id="elsewhere",
        currency="CNY", amount_minor=amount_minor, pack="cn_p2p",
    )  # fmt: skip


# ── what ends it, ends it: 64 debits, and one instruction among them ─────────
def under(name: str, n: int, amount_minor: int = 100) -> Instruction:
    """Return a bid of lender L000 under a mandate."""
    return ask(
        LANE, f"debit:{n:04}", "bid_hold", lender="L000", listing=f"X{n % 8}", amount_minor=amount_minor, mandate=name
    )


def debits_around(lane: Submits, end: Instruction, name: str = "mandate:L000") -> tuple[int, list[Answer]]:
    """Let 64 callers ask four debits each, one of them also for the end; return its sequence and the debits' answers."""
    asked = [under(name, n) for n in range(256)]
    asked.insert(128, end)
    found = all_at_once(lane, asked)
    ended = found.pop(128)
    assert ended.code is Code.done and ended.seq is not None
    after = [lane.submit(under(name, 1_000 + n)).result() for n in range(4)]
    return ended.seq, found + after


def is_split(seq: int, found: list[Answer], code: Code) -> None:
    """Assert that every debit before a sequence was done, and every later one refused by this code."""
    for answer in found:
        assert answer.seq is not None and answer.code is (Code.done if answer.seq < seq else code), answer
    assert any(answer.seq > seq for answer in found if answer.seq is not None)


def test_no_debit_passes_a_revoked_mandate(books: str) -> None:
    with running(books) as lane:
        seq, found = debits_around(lane, ask(LANE, "revoke", "mandate_revoke", holder="L000", mandate="mandate:L000"))
    is_split(seq, found, Code.mandate_not_active)
    books_hold(books)


def test_no_debit_passes_an_expired_mandate(books: str) -> None:
    short = ask(LANE, "short", "mandate_grant", holder="L000", type="bid", cap_minor=MONEY_MINOR, until=DAY)
    with running(books) as lane:
        assert lane.submit(short).result().code is Code.done
        seq, found = debits_around(lane, close(), "short")
    is_split(seq, found, Code.mandate_expired)
    books_hold(books)


def test_no_debit_passes_a_locked_person(books: str) -> None:
    def is_locked() -> bool:
        found = one(
            books, "SELECT count(*) FROM person_here WHERE lane = 1 AND id = 'person:L000' AND state = 'locked'"
        )
        return bool(found)

    with Process(books, owner="test", channels=lambda lane: {}) as process:
        lock = ask(0, "lock", "person_lock", act="A1", person="person:L000", reason="stolen phone", maker="m1")
        asked = [(LANE, under("mandate:L000", n)) for n in range(256)]
        asked.insert(128, (0, lock))
        found = at_once([lambda pair=pair: process.plane.ask(*pair) for pair in asked])
        assert found.pop(128).code is Code.done
        until(is_locked, "the lock carried to the lane")
        found += [process.plane.ask(LANE, under("mandate:L000", 1_000 + n)) for n in range(4)]
    seq = one(books, "SELECT seq FROM instruction WHERE lane = 1 AND kind = 'person_lock_here'")
    is_split(seq, found, Code.account_locked)
    books_hold(books)


def close() -> Instruction:
    """Return the close of the first day."""
    return ask(LANE, close_id(DAY), "day_close", date=DAY, next_date=NEXT)


def test_nothing_posts_into_a_closed_day(books: str) -> None:
    with running(books) as lane:
        seq, found = debits_around(lane, close())
    assert {answer.code for answer in found} == {Code.done}
    with psycopg.connect(books) as connection:
        batches = connection.execute(
            "SELECT first_seq, last_seq, business_date FROM batch WHERE lane = 1 AND business_date >= %s ORDER BY first_seq",
            (DAY,),
        ).fetchall()
    assert all(date == (DAY if last <= seq else NEXT) for _, last, date in batches)
    assert seq in {last for _, last, _ in batches}, "the close ends its batch"
    assert {date for *_, date in batches} == {DAY, NEXT}
    books_hold(books)


def test_a_day_is_closed_once_by_64_callers(books: str) -> None:
    with running(books) as lane:
        found = all_at_once(lane, [close() for _ in range(64)])
        other = ask(LANE, f"{close_id(DAY)}:again", "day_close", date=DAY, next_date=NEXT)
        assert lane.submit(other).result().code is Code.day_closed
    assert count(found) == {Code.done: 64} and len({answer.seq for answer in found}) == 1
    assert one(books, "SELECT business_date FROM lane_day WHERE lane = 1") == NEXT
    books_hold(books)
