"""Authority: what every debit asks of its owner's account, state by state."""

import pytest

from cunguan.kernel.codes import Code
from cunguan.kernel.rows import Holder
from cunguan.operations.authority import usable
from cunguan.states.account import ACCOUNT

#: state of the account -> why its owner starts no debit
STATES = {
    "active":         None,
    "pending_review": Code.account_under_review,
    "locked":         Code.account_locked,
    "closed":         Code.account_closed,
}  # fmt: skip


def holder(state: str) -> Holder:
    return Holder("L1", "person:L1", "main", "lender", "person", state, 1, "L1:key", "method", "source")


@pytest.mark.parametrize("state", sorted(ACCOUNT.states))
def test_an_owner_starts_a_debit_only_from_an_active_account(state: str) -> None:
    assert usable(holder(state), "lender") is STATES.get(state, Code.account_not_active)


def test_an_account_of_another_role_or_of_nobody_is_named_first() -> None:
    assert usable(None, "lender") is Code.account_not_found
    assert usable(holder("closed"), "borrower") is Code.account_role_differs
