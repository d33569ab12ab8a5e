"""Runs (批次): an instruction with too many payees for one journal, cut into steps whose figures are fixed at once.

When    a disbursement, failed raise, repayment or compensation has more than ATOMIC_ITEMS details
Shape   Run: the parent's id, steps from 1; RunItem: one hold or claim, its figures for ever; Σ items = the total
        a bid and its red packet stand in one step, because they become one claim; a trustee payee is paid from the
        borrower's money step by step as it comes, at most what the step leaves him after the fee
Units   minor units
Source  design/lanes.md 13; domain-decisions.md 16, 17b
"""

from collections.abc import Sequence
from itertools import accumulate, pairwise

from cunguan.kernel.ids import step_id
from cunguan.kernel.rows import Hold, Run, RunItem, TrusteePayee
from cunguan.ledger.claims import Share

#: up to so many holds or claims, one journal does it all
ATOMIC_ITEMS = 2_000

#: items of one step: a step is one instruction among others, and must not let them wait
STEP_ITEMS = 250


def of_holds(
    run: str, found: Sequence[tuple[Hold, Hold | None]], *, kind: str, listing: str, holder: str, seq: int,
    fee_minor: int = 0, fee_authority: int = 0,
) -> tuple[Run, list[RunItem]]:  # fmt: skip
    """Return the run over bids and their red packets; the fee is spread over the items by their amounts."""
    groups = [(hold,) if packet is None else (hold, packet) for hold, packet in found]
    holds = [hold for group in groups for hold in group]
    amounts = [hold.remaining_minor for hold in holds]
    steps = _steps([len(group) for group in groups])
    items = [
        RunItem(f"{run}:{number}", step_id(run, step), hold.id, hold.owner, amount, 0, 0, fee)
        for number, (step, hold, amount, fee) in enumerate(
            zip(steps, holds, amounts, spread(fee_minor, amounts), strict=True), start=1
        )
    ]
    # The lenders' authorities stand on their holds; the run itself debits nobody but by the fee.
    head = Run(run, kind, listing, holder, "", steps[-1], 1, sum(amounts), 0, fee_authority, seq, "running")
    return head, items


def of_shares(
    run: str, shares: Sequence[Share], *, kind: str, listing: str, holder: str, plan_row: str, authority: int, seq: int
) -> tuple[Run, list[RunItem]]:
    """Return the run over the shares of a repayment or compensation."""
    steps = _steps([1] * len(shares))
    items = [
        RunItem(
            f"{run}:{number}", step_id(run, step), share.claim.id, share.claim.holder, share.principal_minor,
            share.interest_minor, share.late_minor, 0,
        )
        for number, (step, share) in enumerate(zip(steps, shares, strict=True), start=1)
    ]  # fmt: skip
    total = sum(share.amount_minor for share in shares)
    return Run(run, kind, listing, holder, plan_row, steps[-1], 1, total, authority, 0, seq, "running"), items


def of_trustees(run: str, items: Sequence[RunItem], payees: Sequence[TrusteePayee]) -> list[RunItem]:
    """Return what each step pays to trustee payees: one after the other, out of what it leaves the borrower."""
    nets: dict[str, int] = {}
    for item in items:
        nets[item.step] = nets.get(item.step, 0) + item.principal_minor - item.fee_minor
    parts = spread(sum(payee.amount_minor for payee in payees), list(nets.values())) if payees else []
    waiting = [(payee, payee.amount_minor) for payee in payees]
    paid: list[RunItem] = []
    for step, left in zip(nets, parts, strict=False):
        while left:
            payee, owed = waiting.pop(0)
            part = min(left, owed)
            number = len(items) + len(paid) + 1
            paid.append(RunItem(f"{run}:{number}", step, payee.id, payee.trustee, part, 0, 0, 0))
            left -= part
            if owed > part:
                waiting.insert(0, (payee, owed - part))
    return paid


def spread(total_minor: int, amounts: Sequence[int]) -> list[int]:
    """Spread a total over amounts so that each part, and each run of parts, is at most its amount.

    The sum so far is the whole part of the quota so far. The total is at most the sum of the amounts.

    >>> spread(2, [3, 3, 4]), spread(10, [3, 3, 4]), spread(0, [3])
    ([0, 1, 1], [3, 3, 4], [0])
    """
    whole = sum(amounts)
    assert 0 <= total_minor <= whole, "a fee is at most what is paid out"
    so_far = [total_minor * amount // whole for amount in accumulate(amounts, initial=0)]
    return [after - before for before, after in pairwise(so_far)]


def _steps(sizes: Sequence[int]) -> list[int]:
    """Return the step of each item; a group of items is never parted."""
    steps: list[int] = []
    step, filled = 1, 0
    for size in sizes:
        if filled + size > STEP_ITEMS:
            step, filled = step + 1, 0
        steps.extend([step] * size)
        filled += size
    return steps
