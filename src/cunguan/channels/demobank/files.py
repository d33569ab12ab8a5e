"""Files (模拟银行文件): the demo bank's papers as bytes, and orders that are handed to it as values.

Shape   status: pain.002.001.10; notification: camt.054; statement: camt.053; settlement: the payment channel's own
        the same paper is the same bytes, whenever they are asked for: every date in them is the bank's own
Returns name and content of a paper; a call of an order file, or of one that cannot be read
Source  ISO 20022; formats/settlement.py
"""

import hashlib
import io
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Final

from cunguan.channels.base import Status
from cunguan.channels.demobank.bank import (
    PAY_CHANNEL,
    Booking,
    DayLines,
    DemoBank,
    Line,
    Paper,
    PaperKind,
    Settling,
    StatusSeen,
)
from cunguan.channels.demobank.calls import Hand, Handed
from cunguan.formats import camt_writer, pain001, pain002, payment, settlement
from cunguan.formats.payment import Reason, StatusReport
from cunguan.formats.statement import Balance, Detail, Entry, Head, Kind, Part, Wrong, minor
from cunguan.kernel.currency import exponent_of
from cunguan.operations.withdrawal import CreditTransfer

BIC: Final = "DEMOCNBJ"
_MESSAGE: Final[dict[PaperKind, str]] = {
    "status": "pain.002", "notification": "camt.054", "statement": "camt.053", "settlement": "settlement",
}  # fmt: skip
_CODE: Final[dict[Status, str]] = {"pending": "PDNG", "settled": "ACSC", "returned": "ACSC", "rejected": "RJCT"}
#: ExternalStatusReason1Code and ExternalReturnReason1Code
_REASON: Final = {
    "no such account": "AC01", "the payee's account is closed": "AC04", "insufficient funds": "AM04",
    "the payee's bank returned it": "AC04",
}  # fmt: skip
#: domain, family and sub-family of ISO 20022 bank transaction codes
_BOOKED_AS: Final[dict[Booking, str]] = {
    "receipt": "PMNT/RCDT/DMCT", "payment": "PMNT/ICDT/DMCT", "return": "PMNT/ICDT/RRTN", "charge": "ACMT/MDOP/CHRG",
}  # fmt: skip


# ── what it lays out ─────────────────────────────────────────────────────────
def name_of(paper: Paper) -> str:
    """Return a paper's name: the order of names is the order they were laid out in."""
    return f"{paper.number:08d}-{_MESSAGE[paper.kind]}.{'csv' if paper.kind == 'settlement' else 'xml'}"


def content_of(bank: DemoBank, paper: Paper) -> bytes:
    """Return a paper's bytes."""
    created = _instant(paper.of_day if paper.copy < 2 else paper.day, "20:00:00" if paper.copy < 2 else "21:00:00")
    match paper.of:
        case StatusSeen():
            return status(paper.of, created)
        case Line():
            return camt_writer.write(_notification(bank, paper.of, created, paper.copy))
        case DayLines():
            return camt_writer.write(_statement(bank, paper.of, paper.of_day, created, paper.copy))
        case Settling():
            return _settlement(bank, paper.of)


def status(seen: StatusSeen, created: str) -> bytes:
    """Return a pain.002 of one payment, or of a file that cannot be read."""
    code = _CODE[seen.status]
    reasons = (Reason(_REASON.get(seen.reason, "NARR"), seen.reason),) if seen.reason else ()
    whole = not seen.end_to_end_id
    message = payment.Status(code if whole else "PART", reasons if whole else (), message_id=seen.order[:35] or "NONE",
                             message_name="pain.001")  # fmt: skip
    accepted = _instant(seen.decided) if seen.decided is not None else ""
    one = payment.Status(
        code, reasons, batch_id=seen.batch, end_to_end_id=seen.end_to_end_id, instruction_id=seen.end_to_end_id,
        accepted=accepted,
    )  # fmt: skip
    batches = () if whole else (payment.Status("PART", batch_id=seen.batch),)
    identity = _short("S", seen.order, seen.end_to_end_id, code, created)
    return pain002.write(StatusReport(identity, created, (message,), batches, () if whole else (one,)))


def _notification(bank: DemoBank, line: Line, created: str, copy: int) -> Iterator[Part]:
    identity = f"N{line.number:012d}"
    yield _head(bank, line.account, "notification", identity, created, copy)
    yield entry_of(line)


def _statement(bank: DemoBank, of: DayLines, day: date, created: str, copy: int) -> Iterator[Part]:
    currency = bank.currency(of.account)
    lines = [line for line in bank.lines[of.after : of.upto] if line.account == of.account]
    balances = tuple(
        Balance(code, abs(_decimal(amount, currency)), currency, amount >= 0, day)
        for code, amount in (("OPBD", of.opening_minor), ("CLBD", of.closing_minor))
    )
    identity = f"{day:%Y%m%d}-{_short('', of.account)[:20]}"
    yield _head(bank, of.account, "statement", identity, created, copy, balances)
    entries = [entry_of(line) for line in lines]
    yield from entries
    yield camt_writer.sums_of(entries)


def _head(
    bank: DemoBank, account: str, kind: Kind, identity: str, created: str, copy: int, balances: tuple[Balance, ...] = ()
) -> Head:
    message = _short("M", account, identity, "again" if copy == 2 else "")
    return Head(
        "camt", "", kind, identity, account, bank.currency(account), balances=balances, created=created,
        message_id=message, servicer=BIC,
    )  # fmt: skip


def entry_of(line: Line) -> Entry:
    """Return a line as its notification and its statement have it."""
    return Entry(
        _decimal(line.amount_minor, line.currency), line.currency, line.credit, booked_on=line.day, value_on=line.day,
        bank_reference=str(line.number), code=_BOOKED_AS[line.booking],
        information=line.reference if line.booking == "charge" else "", details=(_detail(line),),
    )  # fmt: skip


def _detail(line: Line) -> Detail:
    is_ours = line.booking in ("payment", "return") or line.payer == PAY_CHANNEL
    return Detail(
        end_to_end_id=line.reference if is_ours else "", remittance="" if is_ours else line.reference,
        payer=line.payer, payer_account=line.payer_hash[:34], payee=line.payee, payee_account=line.payee_account,
        return_reason=_REASON.get(line.reason, ""),
    )  # fmt: skip


def _settlement(bank: DemoBank, of: Settling) -> bytes:
    orders = tuple(
        settlement.Order(one.order, one.gross_minor, one.fee_minor if one.is_net else 0) for one in of.orders
    )
    return settlement.write(settlement.Settlement(
        PAY_CHANNEL, of.account, of.settle_date, bank.currency(of.account), of.reference, orders
    ))  # fmt: skip


# ── what is handed to it ─────────────────────────────────────────────────────
def hand(name: str, content: bytes) -> Hand:
    """Return the call of a file of orders."""
    digest = hashlib.sha256(content).hexdigest()
    try:
        order = pain001.read(io.BytesIO(content))
        wrong = next(payment.mismatches(order), None)
        if wrong is not None:
            return Hand(name, digest, order.identity, fault=f"its {wrong.what} differs")
        return Hand(name, digest, order.identity, tuple(_handed(order)))
    except (Wrong, ValueError) as wrong:
        return Hand(name, digest, name, fault=f"it cannot be read: {wrong}"[:100])


def _handed(order: payment.Order) -> Iterator[Handed]:
    for batch in order.batches:
        for one in batch.transfers:
            transfer = CreditTransfer(
                one.end_to_end_id, "", minor(one.amount, one.currency), one.currency, batch.payer.account
            )
            yield Handed(transfer, one.payee.name, one.payee.account, batch.identity)


# ── inside ───────────────────────────────────────────────────────────────────
def _instant(day: date, time: str = "12:00:00") -> str:
    return f"{day.isoformat()}T{time}+08:00"


def _short(*parts: str) -> str:
    """Return an identity of at most 35 characters."""
    return f"{parts[0]}{hashlib.sha256('/'.join(parts).encode()).hexdigest()[:32]}"


def _decimal(amount_minor: int, currency: str) -> Decimal:
    return Decimal(amount_minor).scaleb(-exponent_of(currency))
