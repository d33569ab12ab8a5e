"""Payments (支付指令与状态): what an order of credit transfers, a status report, a return or a recall say, whatever the message.

Shape   Order (pain.001): Batches, each of one payer and one date, of Transfers. StatusReport (pain.002, pacs.002): what became of
        the message, its batches, its transfers
Units   amounts are exact decimals in their currency, never negative; `statement.minor` makes whole minor units
Source  ISO 20022 Payments Initiation, Payments Clearing and Settlement; the names are its own, in English words
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Final, Literal

import msgspec

#: what a status code says of the money: settled, or at least on the payer's account; accepted: the bank will do it, or says it is
#: doing it; rejected: nothing was or will be paid; unknown: neither, ask again
Outcome = Literal["settled", "accepted", "rejected", "unknown"]

#: ExternalPaymentTransactionStatus1Code and ExternalPaymentGroupStatus1Code; a code that is not here is `unknown`
OUTCOME: Final[dict[str, Outcome]] = {
    "ACCC": "settled",    # on the payee's account
    "ACSC": "settled",    # on the payer's account
    "ACCP": "accepted",   # the payer's data were checked
    "ACSP": "accepted",   # in process
    "ACTC": "accepted",   # its form was checked
    "ACWC": "accepted",   # with a change
    "ACWP": "accepted",   # without posting
    "ACFC": "accepted",   # the payer's funds were checked
    "RCVD": "accepted",   # received
    "PDNG": "accepted",   # pending
    "RJCT": "rejected",
    "CANC": "rejected",
}  # fmt: skip


class Party(msgspec.Struct, frozen=True, gc=False):
    """Whom or what is paid: a name, an account at a bank."""

    name: str = ""
    account: str = ""
    scheme: str = ""  # IBAN, or Othr for the number of a bank's own
    #: the bank: its BIC, or its number in a clearing (行号) with the clearing's code, as CNAPS
    bic: str = ""
    clearing: str = ""
    member: str = ""


class Transfer(msgspec.Struct, frozen=True, gc=False):
    """One credit transfer of an order."""

    end_to_end_id: str
    amount: Decimal
    currency: str
    payee: Party
    instruction_id: str = ""
    uetr: str = ""
    charge_bearer: str = ""  # SLEV, SHAR, DEBT, CRED
    purpose: str = ""
    remittance: str = ""
    #: the one for whom the payer pays
    ultimate_payer: str = ""


class Batch(msgspec.Struct, frozen=True):
    """The transfers of one payer on one date."""

    identity: str
    execute_on: date | None
    payer: Party
    transfers: tuple[Transfer, ...]
    method: str = "TRF"
    batch_booking: bool | None = None
    charge_bearer: str = ""
    declared_count: int | None = None
    declared_sum: Decimal | None = None


class Order(msgspec.Struct, frozen=True):
    """A message of credit transfers; what it declares of itself is None where it does not."""

    identity: str
    created: str
    initiator: str
    batches: tuple[Batch, ...]
    message: str = ""
    declared_count: int | None = None
    declared_sum: Decimal | None = None

    def transfers(self) -> Iterator[Transfer]:
        """Return all transfers in their order."""
        for batch in self.batches:
            yield from batch.transfers


class Mismatch(msgspec.Struct, frozen=True):
    """What a message declares of itself and is not so."""

    what: str
    declared: Decimal
    actual: Decimal


def mismatches(order: Order) -> Iterator[Mismatch]:
    """Yield what an order declares of itself and is not so: counts and sums, of the message and of each batch."""
    yield from compared("group", order.declared_count, order.declared_sum, list(order.transfers()))
    for batch in order.batches:
        yield from compared(f"batch {batch.identity}", batch.declared_count, batch.declared_sum, batch.transfers)


def compared(
    what: str, count: int | None, total: Decimal | None, transfers: "Iterable[Transfer | Settlement]"
) -> Iterator[Mismatch]:
    """Yield the count and the sum that are declared and are not so."""
    amounts = [each.amount for each in transfers]
    if count is not None and count != len(amounts):
        yield Mismatch(f"{what} count", Decimal(count), Decimal(len(amounts)))
    if total is not None and total != sum(amounts):
        yield Mismatch(f"{what} sum", total, sum(amounts, Decimal(0)))


def repeated(names: Iterable[str]) -> tuple[str, ...]:
    """Return the names that stand more than once.

    >>> repeated(["E1", "E2", "E1", "", ""])
    ('E1',)
    """
    return tuple(name for name, times in Counter(names).items() if name and times > 1)


# ── what became of it ────────────────────────────────────────────────────────
class Reason(msgspec.Struct, frozen=True, gc=False):
    """Why: a code of the standard or the bank's own, and what it adds in words."""

    code: str
    text: str = ""


class Status(msgspec.Struct, frozen=True, gc=False):
    """What became of a message, a batch or a transfer; the identities are those of the original."""

    code: str
    reasons: tuple[Reason, ...] = ()
    message_id: str = ""
    message_name: str = ""
    batch_id: str = ""
    instruction_id: str = ""
    end_to_end_id: str = ""
    transaction_id: str = ""
    uetr: str = ""
    amount: Decimal | None = None
    currency: str = ""
    bank_reference: str = ""
    accepted: str = ""

    @property
    def outcome(self) -> Outcome:
        """Return what the code says of the money."""
        return OUTCOME.get(self.code, "unknown")


class StatusReport(msgspec.Struct, frozen=True):
    """A bank's answer: of whole messages, of batches, of transfers. A transfer without a status of its own has its batch's."""

    identity: str
    created: str
    messages: tuple[Status, ...] = ()
    batches: tuple[Status, ...] = ()
    transfers: tuple[Status, ...] = ()
    message: str = ""


# ── between banks ────────────────────────────────────────────────────────────
class Settlement(msgspec.Struct, frozen=True, gc=False):
    """One transfer between banks: a customer's (pacs.008), a bank's (pacs.009), a debit (pacs.003, 010), a return (pacs.004)."""

    amount: Decimal
    currency: str
    instruction_id: str = ""
    end_to_end_id: str = ""
    transaction_id: str = ""
    uetr: str = ""
    settle_on: date | None = None
    instructed: Decimal | None = None
    instructed_currency: str = ""
    charge_bearer: str = ""
    charges: tuple[tuple[Decimal, str], ...] = ()
    payer: Party = Party()
    payee: Party = Party()
    remittance: str = ""
    #: of a return: its own identity, why, and the original message
    return_id: str = ""
    return_reason: str = ""
    return_text: str = ""
    original_message_id: str = ""
    original_amount: Decimal | None = None


class Interbank(msgspec.Struct, frozen=True):
    """A message of transfers between banks."""

    identity: str
    created: str
    transfers: tuple[Settlement, ...]
    message: str = ""
    settlement_method: str = ""
    declared_count: int | None = None
    declared_sum: Decimal | None = None
    #: the sum of settled amounts
    declared_total: Decimal | None = None
    declared_currency: str = ""
