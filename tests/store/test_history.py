"""History answers for any moment as the books stood then: whatever the account, the page or the time of asking."""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache

import msgspec
import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cunguan.doors.papers.client import statement
from cunguan.doors.papers.loan import loan
from cunguan.doors.papers.trial import trial_balance
from cunguan.kernel.codes import Code
from cunguan.store.batch import Batch
from cunguan.store.history import History, LaneSeen, Place
from tests.operations.driver import FRIDAY
from tests.operations.lending_case import LANE, Loan
from tests.prove.case import book, fill, filled, one, write


@pytest.fixture
def history(wheel_database: str) -> Iterator[History]:
    """History of the whole case."""
    filled(wheel_database)
    with History(wheel_database) as history:
        yield history


def lane(history: History, number: int = LANE) -> LaneSeen:
    return next(one for one in history.lanes() if one.lane == number)


@cache
def postings() -> list[tuple[int, int, int, int, int]]:
    """Return sequence, line, debit, credit, amount of every posting of the lane, from the decisions themselves."""
    return [
        (entry.seq, line, posting.debit, posting.credit, posting.amount_minor)
        for batch in book() if batch.lane == LANE
        for entry in batch.entries
        for line, posting in enumerate(entry.decision.postings if entry.state == "done" else ())
    ]  # fmt: skip


def replayed(account: int, upto: int) -> int:
    """Return the sum of an account's postings up to a sequence, on its own side."""
    sign = 1 if account > 0 else -1
    return sum(
        sign * amount * ((credit == account) - (debit == account))
        for seq, _, debit, credit, amount in postings()
        if seq <= upto
    )


ACCOUNTS = sorted({side for _, _, debit, credit, _ in postings() for side in (debit, credit)})
HEAD = max(batch.last_seq for batch in book() if batch.lane == LANE)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(account=st.sampled_from([*ACCOUNTS, 999_999]), seq=st.integers(0, HEAD + 3))
def test_a_balance_is_the_replay_of_the_postings_up_to_then(history: History, account: int, seq: int) -> None:
    assert history.balance(LANE, account, seq) == replayed(account, seq)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(account=st.sampled_from(ACCOUNTS), after=st.integers(0, HEAD), upto=st.integers(0, HEAD), size=st.integers(1, 7))
def test_pages_hold_each_posting_once_and_in_order(
    history: History, account: int, after: int, upto: int, size: int
) -> None:
    place, found = Place(after + 1, -1), []
    while lines := history.lines(LANE, account, place, upto, size):
        assert len(lines) <= size
        found += lines
        place = lines[-1].place
    expected = [(seq, line, debit == account, amount) for seq, line, debit, credit, amount in postings()
                if after < seq <= upto and account in (debit, credit)]  # fmt: skip
    assert [(line.seq, line.line, line.is_debit, line.amount_minor) for line in found] == expected
    for line in found:
        if line.line == max(other.line for other in found if other.seq == line.seq):
            assert line.balance_minor == replayed(account, line.seq)


def test_the_trial_balance_is_even_after_every_sequence(history: History) -> None:
    for seq in range(HEAD + 1):
        found = trial_balance(history, lane(history), seq)
        assert found.is_even
        sums: dict[str, int] = {}
        for line in found.lines:
            sums[line.code] = line.balance_minor
        assert sums.get("1010", 0) == sum(
            replayed(account, seq) for account in ACCOUNTS if account < 0 and _is(history, account, "1010")
        )


def _is(history: History, account: int, code: str) -> bool:
    found = history.account(LANE, account)
    return found is not None and found.code == code


def test_moments_become_sequences_through_their_batches(history: History) -> None:
    batches = [batch for batch in book() if batch.lane == LANE]
    for batch in batches:
        last = max(other.last_seq for other in batches if other.at <= batch.at)
        assert history.seq_at(LANE, batch.at) == last
        assert history.seq_at(LANE, batch.at - timedelta(microseconds=1)) == max(
            (other.last_seq for other in batches if other.at < batch.at), default=0
        )
        of_day = max(other.last_seq for other in batches if other.business_date <= batch.business_date)
        assert history.seq_on(LANE, batch.business_date) == of_day
    assert history.seq_on(LANE, FRIDAY - timedelta(days=1)) == 1, "the lane was opened before its first day"
    assert history.seq_on(LANE, FRIDAY + timedelta(days=2)) == history.seq_on(LANE, FRIDAY), "a weekend adds nothing"


HOLDERS = ("L1", "L2", "L3", "B")


def papers(url: str, upto: int) -> list[bytes]:
    """Return every paper of the lane as of a sequence, as bytes."""
    with History(url) as history:
        here = lane(history)
        found: list[object] = [trial_balance(history, here, upto)]
        found += [loan(history, here, listing, upto) for listing in ("X", "Y")]
        for name in HOLDERS:
            holder = history.holder(LANE, name)
            found += [holder and statement(history, here, holder, 0, upto)]
        return [msgspec.json.encode(paper) for paper in found]


def test_a_paper_of_a_past_moment_is_the_one_that_was_issued_then(wheel_database: str) -> None:
    """S-25: each is written down when it is the newest there is, and asked for again at the end."""
    batches = book()
    fill(wheel_database, batches[:0])
    issued: dict[int, list[bytes]] = {}
    for n in range(0, len(batches), 12):
        part: tuple[Batch, ...] = batches[n : n + 12]
        write(wheel_database, part)
        head = int(one(wheel_database, "SELECT head FROM lane WHERE lane = %s", LANE))
        if one(wheel_database, "SELECT count(*) FROM lane_day WHERE lane = %s", LANE):
            issued[head] = papers(wheel_database, head)
    assert len(issued) > 5 and len({papers_then[0] for papers_then in issued.values()}) > 3
    for head, then in issued.items():
        # A holder or a listing that was not there yet has no paper, or one of nothing.
        for was, now in zip(then, papers(wheel_database, head), strict=True):
            assert was in (now, b"null")


def test_a_loan_as_of_now_is_what_its_rows_say(history: History, wheel_database: str) -> None:
    says_what_its_rows_say(history, wheel_database, "X", "Y")


def says_what_its_rows_say(history: History, url: str, *names: str) -> None:
    """Compare listings as of the head with the rows that changed on the way."""
    now = lane(history)
    with psycopg.connect(url) as owner:
        for name in names:
            found = loan(history, now, name, now.head)
            assert found is not None
            claims = owner.execute(
                "SELECT id, holder, principal_minor, interest_minor, late_minor, recourse_interest_minor, recourse_late_minor "
                "FROM claim WHERE lane = %s AND listing = %s",
                (LANE, name),
            ).fetchall()
            assert sorted(claims) == sorted(
                (
                    c.claim,
                    c.holder,
                    c.principal_minor,
                    c.interest_minor,
                    c.late_minor,
                    c.recourse_interest_minor,
                    c.recourse_late_minor,
                )
                for c in found.claims
            )
            rows = owner.execute(
                "SELECT number, due_date, principal_minor, interest_minor, state, paid_principal_minor, paid_interest_minor, "
                "paid_late_minor, compensated_principal_minor, compensated_interest_minor, compensated_late_minor "
                "FROM plan_row WHERE lane = %s AND listing = %s ORDER BY number", (LANE, name),
            ).fetchall()  # fmt: skip
            assert rows == [msgspec.structs.astuple(row) for row in found.plan]
            state = owner.execute("SELECT state FROM listing WHERE lane = %s AND id = %s", (LANE, name)).fetchone()
            assert state == (found.listing.state,)


def test_what_a_guarantor_pays_is_shown_to_the_borrower_and_stands_apart_in_the_plan(wheel_database: str) -> None:
    """The plan of 1,000,000: 333,334 + 10,000 on April 1st; a guarantor pays it, and at last has it back."""
    books = Loan()
    books.guaranteed({"L1": 600_000, "L2": 400_000}, money=2_000_000)
    books.give(LANE, "B", 2_000_000)
    books.move_day(LANE, date(2024, 4, 4))
    answer = books.compensate(1, 333_334, 10_000, 172, indirect=True)
    assert answer.code is Code.done and answer.seq is not None
    assert books.repay(2, 333_333, 6_667).code is Code.done
    assert books.repay(3, 333_333, 3_333).code is Code.done
    assert books.pay_back(1, 333_334, 10_000, 172).code is Code.done
    fill(wheel_database, tuple(books.store.batches))
    with History(wheel_database) as history:
        says_what_its_rows_say(history, wheel_database, "X")
        then = loan(history, lane(history), "X", answer.seq)
        assert then is not None and then.lent_minor == 1_000_000
        row = then.plan[0]
        assert (row.state, row.paid_principal_minor, row.compensated_principal_minor, row.compensated_late_minor) == (
            "planned", 0, 333_334, 172,
        )  # fmt: skip
        borrower = history.holder(LANE, "B")
        assert borrower is not None
        shown = statement(history, lane(history), borrower, 0, lane(history).head).on_behalf
        assert [(one.instruction, one.principal_minor, one.interest_minor, one.late_minor) for one in shown] == [
            ("compensation:1", 333_334, 10_000, 172)
        ]


def test_what_is_set_aside_is_what_its_account_holds(history: History) -> None:
    now = lane(history)
    seen = 0
    for name in HOLDERS:
        holder = history.holder(LANE, name)
        assert holder is not None
        for seq in range(0, HEAD + 1, 3):
            found = statement(history, now, holder, 0, seq)
            for bucket in found.accounts:
                if bucket.code in ("2015", "2020", "2030"):
                    assert (
                        sum(one.of.amount_minor for one in found.open if one.code == bucket.code)
                        == bucket.closing_minor
                    )
                    seen += bucket.closing_minor > 0
    assert seen > 5


def test_history_only_reads(history: History) -> None:
    with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
        history.count("DELETE FROM balance")
