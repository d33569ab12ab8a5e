"""Codec (报文编解码): our payments as pain.001, and what a bank says of them in pain.002; bytes and values, no line.

Shape   one payment a file: MsgId, PmtInfId and EndToEndId are the order's id, so that a bank knows the same one again by each
        `told` reads back what an order says, and `differs` compares it with what was signed: the last look before it leaves
Returns of a status report the payments whose end it tells, and those that are under way; a code that is not known says nothing
        a rejection is final when the bank's own date has passed it by its finality time
Errors  ValueError: what the bank cannot be told · formats.statement.Wrong: no status report
Source  ISO 20022 pain.001.001.03 and .09, pain.002; domain-decisions.md 26; RFC 9562 (the form of a UETR)
"""

import hashlib
import io
import re
import uuid
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from cunguan.channels.base import BankAnswer, Order, Payee, Profile, Status
from cunguan.channels.iso20022.profile import Bank
from cunguan.formats import pain001, pain002, payment
from cunguan.formats.payment import Batch, Party, StatusReport, Transfer
from cunguan.formats.statement import Wrong, minor
from cunguan.kernel.currency import exponent_of
from cunguan.operations.withdrawal import CreditTransfer

#: what a status of ISO means for the sender; an unknown one says nothing
_STATUS: Final[dict[payment.Outcome, Status]] = {"settled": "settled", "rejected": "rejected", "accepted": "pending"}
_BIC: Final = re.compile(r"[A-Z]{6}[A-Z0-9]{2}([A-Z0-9]{3})?\Z")
_IBAN: Final = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}\Z")
_CNAPS: Final = re.compile(r"[0-9]{12}\Z")


class Codec:
    """One bank's."""

    def __init__(self, bank: Bank) -> None:
        self._bank = bank

    @property
    def profile(self) -> Profile:
        """Return what we know of the bank."""
        return self._bank.profile

    def encode(self, order: Order) -> bytes:
        """Return the pain.001 of one payment."""
        bank, transfer = self._bank, order.transfer
        paid = Transfer(
            order.id, _decimal(transfer.amount_minor, transfer.currency), transfer.currency, party_of(order.payee),
            instruction_id=order.id, uetr=uetr_of(order.id) if bank.pain001 != pain001.V03 else "",
        )  # fmt: skip
        payer = party_of(Payee(bank.party, transfer.bank_account, bank.agent))
        batch = Batch(order.id, order.execute_on, payer, (paid,))
        created = order.created.isoformat(timespec="seconds")
        return pain001.write(payment.Order(order.id, created, bank.party, (batch,)), bank.pain001)

    def decode(self, content: bytes) -> Sequence[BankAnswer]:
        """Return what a pain.002 says."""
        report = pain002.read(io.BytesIO(content))
        return [answer for answer in (self._answer(report, one) for one in report.transfers) if answer is not None]

    def _answer(self, report: StatusReport, one: payment.Status) -> BankAnswer | None:
        outcome = _outcome(report, one)
        if outcome not in _STATUS:
            return None
        reason = " ".join(f"{why.code} {why.text}".strip() for why in one.reasons)
        amount_minor = 0 if one.amount is None else minor(one.amount, one.currency)
        is_final = outcome == "rejected" and self._is_final(report, one)
        return BankAnswer(one.end_to_end_id, _STATUS[outcome], amount_minor, reason, is_final)

    def _is_final(self, report: StatusReport, one: payment.Status) -> bool:
        said, decided = _day(report.created), _day(one.accepted)
        if said is None or decided is None:
            return False  # the bank does not tell when: the statement will
        return said >= decided + timedelta(days=self.profile.finality_days)


def differs(content: bytes, order_id: str, transfer: CreditTransfer, is_payee: Callable[[Payee], bool]) -> str:
    """Return what an order says otherwise than the message it is of; "" when they agree: id, account, amount, payee."""
    try:
        order = pain001.read(io.BytesIO(content))
    except Wrong as wrong:
        return f"it cannot be read: {wrong}"
    if len(order.batches) != 1 or len(order.batches[0].transfers) != 1 or any(payment.mismatches(order)):
        return "it is not of one payment"
    (batch,) = order.batches
    (paid,) = batch.transfers
    if (order.identity, batch.identity, paid.end_to_end_id) != (order_id,) * 3:
        return "its id differs"
    if (minor(paid.amount, paid.currency), paid.currency) != (transfer.amount_minor, transfer.currency):
        return "its amount differs"
    if batch.payer.account != transfer.bank_account:
        return "it is paid from another account"
    if not is_payee(payee_of(paid.payee)):
        return "its payee is not the one that was confirmed"
    return ""


def party_of(payee: Payee) -> Party:
    """Return a payee in the words of ISO 20022."""
    account = payee.account.replace(" ", "")
    bank = payee.bank.replace(" ", "")
    if _BIC.match(bank):
        return Party(payee.name, account, _scheme(account), bic=bank)
    return Party(payee.name, account, _scheme(account), clearing="CNAPS" if _CNAPS.match(bank) else "", member=bank)


def payee_of(party: Party) -> Payee:
    """Return whom a party of a message names."""
    return Payee(party.name, party.account, party.bic or party.member)


def uetr_of(order_id: str) -> str:
    """Return the unique reference of a payment, the same for the same order.

    >>> uetr_of("3-W-17")
    '1051fe1b-3e93-426e-93eb-59b0c35529c2'
    """
    digest = hashlib.sha256(f"cunguan-uetr-v1\n{order_id}".encode()).digest()
    return str(uuid.UUID(bytes=digest[:16], version=4))


def _decimal(amount_minor: int, currency: str) -> Decimal:
    return Decimal(amount_minor).scaleb(-exponent_of(currency))


def _scheme(account: str) -> str:
    return "IBAN" if _IBAN.match(account) and _leaves_one(account) else "Othr"


def _leaves_one(iban: str) -> bool:
    return int("".join(str(int(sign, 36)) for sign in iban[4:] + iban[:4])) % 97 == 1


def _outcome(report: StatusReport, one: payment.Status) -> payment.Outcome:
    """Return what became of a transfer: its own status, else its batch's, else its message's."""
    batches = [batch for batch in report.batches if batch.batch_id == one.batch_id]
    for status in (one, *batches, *report.messages):
        if status.code:
            return status.outcome
    return "unknown"


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None
