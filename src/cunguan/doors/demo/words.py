"""Words (词汇): the Chinese terms beside the names of accounts and events, as they stand in the printed books."""

from typing import Final

from cunguan.doors.papers.words import ACCOUNTS
from cunguan.ledger.chart import CHART

EVENTS: Final = {
    "bid_hold": "bid 投标",
    "bid_cancel": "bid cancelled 撤标",
    "raise_failure": "raise failed 流标",
    "disbursement": "disbursement 放款",
    "run_step": "step of a run",
    "repayment": "repayment 还款",
}

FEE: Final = "platform fee 服务费"


def account(code: str) -> str:
    """Return an account's number, name and Chinese term.

    >>> account("2010")
    '2010 available 可用余额'
    """
    return f"{code} {CHART[code].name} {ACCOUNTS.get(code, '')}".rstrip()


def is_debit_side(code: str) -> bool:
    """Test that an account stands on the debit side of a trial balance."""
    return CHART[code].side == "debit"
