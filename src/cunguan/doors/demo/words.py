"""Words (词汇): the Chinese terms beside the names of accounts and events, as they stand in the printed books."""

import sys
from typing import Final

from cunguan.doors.catalogue.read import parts
from cunguan.doors.papers.words import ACCOUNTS
from cunguan.ledger.chart import CHART
from cunguan.operations.catalogue import operation

EVENTS: Final = {
    "bid_hold": "bid 投标",
    "bid_cancel": "bid cancelled 撤标",
    "raise_failure": "raise failed 流标",
    "disbursement": "disbursement 放款",
    "run_step": "step of a run",
    "repayment": "repayment 还款",
}

#: English, Chinese
HEADINGS: Final = {
    "chapters": ("The whole catalogue in chapters, and whether the books say so", "全部指令分章演示，以账簿核对"),
    "kinds": ("Instructions by kind: done / refused", "各类指令笔数：完成／拒绝"),
    "done": ("done", "完成"),
    "refused": ("refused", "拒绝"),
}

FEE: Final = "platform fee 服务费"


def heading(name: str, language: str) -> str:
    """Return a heading in a language.

    >>> heading("done", "en"), heading("done", "zh")
    ('done', '完成')
    """
    return HEADINGS[name][place(language)]


def place(language: str) -> int:
    """Return where a language's words stand in a pair."""
    return int(language == "zh")


def kind(name: str, language: str) -> str:
    """Return a kind of instruction as a table names it; in Chinese with its term.

    >>> kind("bid_hold", "en"), kind("bid_hold", "zh")
    ('bid_hold', '投标 bid_hold')
    """
    doc = sys.modules[operation(name).decide.__module__].__doc__
    return f"{parts(doc or '')[1]} {name}" if language == "zh" else name


def account(code: str) -> str:
    """Return an account's number, name and Chinese term.

    >>> account("2010")
    '2010 available 可用余额'
    """
    return f"{code} {CHART[code].name} {ACCOUNTS.get(code, '')}".rstrip()


def is_debit_side(code: str) -> bool:
    """Test that an account stands on the debit side of a trial balance."""
    return CHART[code].side == "debit"
