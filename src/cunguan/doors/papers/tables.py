"""Tables (明细表): an account's page of a statement, and statements as CSV.

Shape   Page: opening, lines, closing; `next` is the cursor of the next page, None on the last
        CSV: one line a posting, amounts in minor units; references of clients cannot become formulas
"""

from collections.abc import Iterator

import msgspec

from cunguan.doors.papers.client import Statement
from cunguan.doors.papers.layout import csv_text
from cunguan.ledger.chart import CHART
from cunguan.store.history import Account, History, LaneSeen, Line, Place

POSTED = ("account", "code", "seq", "line", "decided_at", "business_date", "value_date", "kind", "template", "instruction",
          "counter_account", "counter_code", "counter_owner", "debit_minor", "credit_minor", "balance_minor")  # fmt: skip


class Page(msgspec.Struct, frozen=True):
    """Some lines of one account; `opening` is before its first line, `closing` at the end of the period."""

    platform: str
    account: Account
    first: int
    last: int
    opening_minor: int
    lines: list[Line]
    closing_minor: int
    next: str | None


def page(history: History, lane: LaneSeen, account: Account, after: int, upto: int, cursor: Place, size: int) -> Page:
    """Return a page of an account's statement."""
    lines = history.lines(lane.lane, account.account, cursor, upto, size + 1)
    following, lines = len(lines) > size, lines[:size]
    closing = history.balance(lane.lane, account.account, upto)
    opening = before(account, lines[0]) if lines else closing
    cursor_text = f"{lines[-1].seq}.{lines[-1].line}" if following else None
    return Page(lane.platform, account, after + 1, upto, opening, lines, closing, cursor_text)


def before(account: Account, line: Line) -> int:
    """Return the balance before a line, from the one after it."""
    adds = line.is_debit == (CHART[account.code].side == "debit")
    return line.balance_minor - line.amount_minor if adds else line.balance_minor + line.amount_minor


def page_csv(page: Page) -> str:
    """Return a page as CSV."""
    return csv_text(POSTED, _rows(page.account.account, page.account.code, page.lines))


def client_csv(whole: Statement) -> str:
    """Return a holder's statement as CSV: opening, lines and closing of each account, then what is open, claims, payments."""
    rows: list[tuple[object, ...]] = []
    for bucket in whole.accounts:
        rows.append(_only(bucket.account, bucket.code, "opening", bucket.opening_minor))
        rows += _rows(bucket.account, bucket.code, bucket.lines)
        rows.append(_only(bucket.account, bucket.code, "closing", bucket.closing_minor))
    rows += [
        _about(of.code, f"open:{of.of.kind}", of.of.instruction, of.of.listing, of.of.amount_minor) for of in whole.open
    ]
    rows += [_about("9010", "claim", one.claim, one.listing, one.principal_minor) for one in whole.claims]
    rows += [
        _about("", f"on_behalf:{one.kind}", one.instruction, one.listing,
               one.principal_minor + one.interest_minor + one.late_minor) for one in whole.on_behalf
    ]  # fmt: skip
    return csv_text(POSTED, rows)


def _rows(account: int, code: str, lines: list[Line]) -> Iterator[tuple[object, ...]]:
    for line in lines:
        debit, credit = (line.amount_minor, 0) if line.is_debit else (0, line.amount_minor)
        yield (account, code, line.seq, line.line, line.at.isoformat(), line.business_date, line.value_date, line.kind,
               line.template, line.instruction, line.counter_account, line.counter_code, line.counter_owner, debit, credit,
               line.balance_minor)  # fmt: skip


def _only(account: int, code: str, what: str, balance: int) -> tuple[object, ...]:
    return (account, code, "", "", "", "", "", what, "", "", "", "", "", "", "", balance)


def _about(code: str, what: str, instruction: str | None, listing: str | None, amount: int) -> tuple[object, ...]:
    return ("", code, "", "", "", "", "", what, "", instruction, "", "", listing, "", "", amount)
