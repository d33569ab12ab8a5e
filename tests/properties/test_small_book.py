"""Small book: a lane that remembers about 100 rows answers as one that forgets nothing, and as the reference model.

What a small book forgets it must read again, while what it decided stands uncommitted; a row dropped too early, or kept
too long, would show as another answer or another balance.
"""

from collections.abc import Iterator

import pytest

from cunguan.ledger.book import BALANCE_BYTES, ROW_BYTES
from cunguan.operations import runs
from tests.properties.instructions import Asked, Instructions, Seeded
from tests.properties.triple import Triple, snapshot
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


@pytest.mark.parametrize(
    "count", [10_000, pytest.param(100_000, marks=pytest.mark.soak)], ids=["10,000 instructions", "100,000 instructions"]
)
def test_a_book_of_100_rows_answers_as_one_that_forgets_nothing(count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    sizes = {"atomic_items": 2, "step_items": 2}
    monkeypatch.setattr(runs, "ATOMIC_ITEMS", sizes["atomic_items"])
    monkeypatch.setattr(runs, "STEP_ITEMS", sizes["step_items"])
    both = Triple([MemoryTwin(), MemoryTwin()], limits=[None, HUNDRED_ROWS], **sizes)
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
    unlimited, small = (world.runners[1].book.size()["rows"] for world in both.worlds)
    assert small < 300 < 2_000 < unlimited
