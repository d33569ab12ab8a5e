"""Paper (纸面): the client's statement and e-receipt, laid out for typst in his language.

Reads   doors/papers/client.py for the statement; what the portal shows for the e-receipt
Shape   texts as they stand on paper; no other client's reference is on it; the square holds the address of the code's page
Returns, Errors  doors/papers/typeset.py
"""

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Final

import qrcode
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext, pgettext

from cunguan.doors.papers import typeset
from cunguan.doors.papers.client import Bucket, Statement, statement
from cunguan.doors.portals.client import words
from cunguan.doors.portals.client.mine import Mine
from cunguan.doors.portals.client.moved import Moved, Posting
from cunguan.doors.portals.shell.house import house
from cunguan.kernel.money import format_minor
from cunguan.ledger.chart import CHART, HOLDER_CODES
from cunguan.store.history import History, HolderSeen, LaneSeen, Line

STATEMENT: Final = Path(__file__).with_name("statement.typ")
E_RECEIPT: Final = Path(__file__).with_name("e_receipt.typ")


def of_period(mine: Mine, after: int, upto: int, first: date, last: date) -> bytes:
    """Return the statement of the sequences after one, up to another."""
    with History(house().places.door_url) as history:
        lane = LaneSeen(mine.lane, mine.platform, upto, mine.business_date)
        holder = HolderSeen(mine.holder, "", mine.pool, mine.currency, mine.role, mine.kind, mine.base)
        return typeset.as_pdf(STATEMENT, _statement(mine, statement(history, lane, holder, after, upto), first, last))


def e_receipt(mine: Mine, moved: Moved, postings: Sequence[Posting], code: str) -> bytes:
    """Return the e-receipt of a movement."""
    return typeset.as_pdf(E_RECEIPT, _e_receipt(mine, moved, postings, code))


def _statement(mine: Mine, whole: Statement, first: date, last: date) -> Any:
    return typeset.printable({
        **_head(gettext("Statement of account")),
        "facts": [
            [gettext("Platform"), mine.platform], [gettext("Account"), mine.holder], [gettext("Currency"), mine.currency],
            [gettext("Period"), f"{first.isoformat()} – {last.isoformat()}"],
        ],
        "head": [gettext("Date"), gettext("What"), gettext("Other side"), gettext("Out"), gettext("In"), gettext("Balance")],
        "sums_head": [gettext("Balance"), gettext("Opening"), gettext("Out"), gettext("In"), gettext("Closing")],
        "sums": [_sums(one, mine.currency) for one in whole.accounts],
        "buckets": [_bucket(one, mine.currency) for one in whole.accounts if one.lines],
        "claims_title": gettext("Loans you hold"), "nothing": gettext("Nothing moved in this period."),
        "claims_head": [gettext("Listing"), pgettext("claim", "Lent"), pgettext("claim", "Outstanding"), gettext("Interest received")],
        "claims": [
            [one.listing, *(format_minor(value, mine.currency) for value in (one.lent_minor, one.principal_minor, one.interest_minor))]
            for one in whole.claims
        ],
        "note": gettext(
            "Each line is a posting of the custodian's books. Opening balance, what came in and what went out lead to the closing "
            "balance; this was checked when the paper was made."
        ),
    })  # fmt: skip


def _head(title: str) -> dict[str, Any]:
    now = timezone.localtime(house().context.clock.now())
    return {
        "title": title, "language": "zh" if (get_language() or "").startswith("zh") else "en",
        "made": gettext("Made on %(at)s") % {"at": date_format(now, "SHORT_DATETIME_FORMAT")}, "made_on": [now.year, now.month, now.day],
        "page": gettext("Page"),
    }  # fmt: skip


def _sums(one: Bucket, currency: str) -> list[str]:
    amounts = (one.opening_minor, one.debit_minor, one.credit_minor, one.closing_minor)
    return [_name(one.code), *(format_minor(value, currency) for value in amounts)]


def _bucket(one: Bucket, currency: str) -> dict[str, Any]:
    return {
        "title": _name(one.code), "opening": [gettext("Opening"), format_minor(one.opening_minor, currency)],
        "closing": [gettext("Closing"), format_minor(one.closing_minor, currency)],
        "lines": list(_lines(one.lines, one.account - HOLDER_CODES.index(one.code), currency)),
    }  # fmt: skip


def _lines(lines: Sequence[Line], base: int, currency: str) -> Iterator[list[str]]:
    for line in lines:
        is_mine = base <= line.counter_account < base + len(HOLDER_CODES)
        amount = format_minor(line.amount_minor, currency)
        yield [
            line.business_date.isoformat(), f"{words.kind(line.kind)}  #{line.seq}",
            _name(line.counter_code) if is_mine else words.of(words.SIDES, line.counter_code),
            amount if line.is_debit else "", "" if line.is_debit else amount, format_minor(line.balance_minor, currency),
        ]  # fmt: skip


def _name(code: str) -> str:
    return str(words.BALANCES[CHART[code].name][0])


def _e_receipt(mine: Mine, moved: Moved, postings: Sequence[Posting], code: str) -> Any:
    address = f"{house().places.portal}/verify-code/{code}/"
    return typeset.printable({
        **_head(gettext("Electronic receipt")),
        "amount": [words.kind(moved.kind), f"{format_minor(moved.shown, mine.currency)} {mine.currency}"],
        "facts": [
            [gettext("Platform"), mine.platform], [gettext("Account"), mine.holder],
            [gettext("Business date"), moved.business_date.isoformat()],
            [gettext("Time"), date_format(timezone.localtime(moved.at), "SHORT_DATETIME_FORMAT")],
            [gettext("Number in the books"), f"{mine.lane}-{moved.seq}"], [gettext("Instruction"), moved.id],
            *([name, format_minor(change, mine.currency)] for name, change in moved.changes),
        ],
        "head": [gettext("Out of account"), gettext("Into account"), gettext("Amount")],
        "postings": [[one.source, one.target, format_minor(one.amount_minor, mine.currency)] for one in postings],
        "code": [gettext("Verification code"), code], "address": address, "square": square(address),
        "note": gettext(
            "Anybody can ask the custodian whether this receipt stands in the books: by the code at the address above, or by the "
            "square. Only what that page shows counts, not this paper."
        ),
    })  # fmt: skip


def square(text: str) -> str:
    """Return a QR code as SVG: black squares on white, without a style.

    >>> square("a")[:60]
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 29 29">'
    """
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, border=4)
    code.add_data(text)
    code.make(fit=True)
    rows = code.get_matrix()
    dark = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, is_dark in enumerate(row) if is_dark)
    size = len(rows)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}">'
        f'<rect width="{size}" height="{size}" fill="#fff"/><path d="{dark}" fill="#000"/></svg>'
    )
