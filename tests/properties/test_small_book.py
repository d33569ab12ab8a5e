"""Small book: a lane that remembers about 100 rows answers as one that forgets nothing, and as the reference model.

What a small book forgets it must read again, while what it decided stands uncommitted; a row dropped too early, or kept
too long, would show as another answer or another balance.
"""

from collections.abc import Iterator

import pytest

from cunguan.ledger.book import BALANCE_BYTES, ROW_BYTES, Book
from cunguan.operations import runs
from tests.properties.instructions import Asked, Instructions, Seeded
from tests.properties.triple import Triple
from tests.store.twins import MemoryTwin

HUNDRED_ROWS = 100 * (ROW_BYTES + BALANCE_BYTES)
#: one of these stands alone in its batch: lane 0 is asked first, and would be overtaken
ALONE = frozenset({"listing_registration"})

#: what a run of 10,000 instructions must come across, or it shows nothing
REACHED = frozenset({
    "done", "amount_not_positive", "account_locked", "authority_evidence_invalid", "authority_key_differs",
    "authority_missing", "borrower_cap_exceeded", "borrower_is_lender", "card_cooling", "card_not_own",
    "deposit_differs", "deposit_not_uncleared", "exists_with_different_amount", "exists_with_different_kind",
    "fee_consent_missing", "hold_listing_differs", "hold_not_expired", "hold_not_open", "hold_remaining_exceeded",
    "hold_unusable", "insufficient_balance", "insufficient_marketing", "interest_exceeds_due",
    "late_charge_exceeds_due", "listing_remaining_exceeded", "mandate_cap_exceeded", "mandate_expired",
    "mandate_not_active", "mandate_scope_exceeded", "person_locked", "plan_row_not_next", "principal_exceeds_due",
    "raise_ended", "raise_not_ended", "rate_cap_exceeded", "run_finished", "run_step_not_next", "withdrawal_differs",
    "withdrawal_final", "withdrawal_not_sent",
})  # fmt: skip


def groups(callers: Instructions, pick: Seeded, count: int) -> Iterator[list[Asked]]:
    """Yield so many instructions, some of one lane at a time."""
    asked = 0
    while asked < count:
        if pick.chance(12) and callers.is_raising():
            for wish in callers.fill():
                yield [wish]
                asked += 1
        group: list[Asked] = []
        for _ in range(pick.one((1, 2, 5, 12))):
            wish = callers.any()
            if group and (wish.lane != group[0].lane or ALONE & {wish.kind, group[0].kind}):
                yield group
                group = []
            group.append(wish)
            asked += 1
        yield group


class Watch:
    """What a small book holds after each batch, and what that batch touched.

    The book drops its old generation when a batch begins and the young one is over half of the limit, never within a
    batch. So the young one is at most that half and what the last batch touched, and the old one at most another half
    and what the batch before the drop touched: a batch may read every listing a borrower ever had.
    """

    FIT = HUNDRED_ROWS // 2 // ROW_BYTES

    def __init__(self, book: Book) -> None:
        self.book, self.begin_batch = book, book.begin_batch
        self.young = self.before_drop = self.drops = 0
        self.sizes: list[int] = []
        book.begin_batch = self.begin  # type: ignore[method-assign]  # seen from outside, and not changed

    def begin(self, number: int) -> None:
        """Look at the batch before, then let the book begin the next."""
        touched = self.look()
        full = self.book._rows
        self.begin_batch(number)
        if self.book._rows is not full:
            self.drops, self.before_drop = self.drops + 1, touched
        self.young = len(self.book._rows)

    def look(self) -> int:
        """Assert that the book holds no more than it may; return how many rows the last batch touched."""
        touched = len(self.book._rows) - self.young
        rows = self.book.size()["rows"]
        assert self.young <= self.FIT, "a batch began with more than half of the limit"
        assert rows <= 2 * self.FIT + touched + self.before_drop
        self.sizes.append(rows)
        return touched


@pytest.mark.parametrize(
    "count",
    [10_000, pytest.param(100_000, marks=pytest.mark.soak)],
    ids=["10,000 instructions", "100,000 instructions"],
)
def test_a_book_of_100_rows_answers_as_one_that_forgets_nothing(count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    sizes = {"atomic_items": 2, "step_items": 2}
    monkeypatch.setattr(runs, "ATOMIC_ITEMS", sizes["atomic_items"])
    monkeypatch.setattr(runs, "STEP_ITEMS", sizes["step_items"])
    both = Triple([MemoryTwin(), MemoryTwin()], limits=[None, HUNDRED_ROWS], **sizes)
    watch = Watch(both.worlds[1].runners[1].book)
    pick = Seeded(2024)
    callers = Instructions(both.model, pick)
    for number, group in enumerate(groups(callers, pick, count)):
        both.together(group)
        if number % 50 == 0:
            both.deliver()
        if number % (count // 10) == 0:
            both.check()
    both.check()
    both.compare_all()
    assert both.codes.keys() >= REACHED
    assert {listing["state"] for listing in both.model.listings.values()} >= {"failed", "repaid", "disbursed"}
    watch.look()
    assert watch.drops > 20
    assert both.worlds[0].runners[1].book.size()["rows"] > 2_000 > sorted(watch.sizes)[len(watch.sizes) // 2] * 10
