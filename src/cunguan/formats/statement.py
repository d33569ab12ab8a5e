"""Statement (银行对账单): what every reader of a bank's file yields, whatever the format.

Shape   a file is a run of parts: for each statement in it a Head, its Entries, and a Foot; a reader yields them as it reads,
        so that a file of any size needs the memory of one entry. `summaries` adds them up
        Wrong: where a file ends to be readable, and why; a reader raises it, and what came before was well read
Units   amounts are exact decimals as the bank wrote them, never negative: `credit` says which way; `minor` makes whole minor units
Source  ISO 20022 camt.053 (BankToCustomerStatement) names what the other formats have under other words
"""

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Literal

import msgspec

from cunguan.kernel.currency import exponent_of

#: statement: booked, with both balances; report: of part of a day; notification: entries without balances
Kind = Literal["statement", "report", "notification"]
#: booked; pending: not yet; information: never will be
Status = Literal["booked", "pending", "information"]


class Wrong(ValueError):
    """A file cannot be read further: `where` is a line, byte or element, `why` says what is wrong and what is expected."""

    def __init__(self, where: str, why: str) -> None:
        super().__init__(f"{where}: {why}")
        self.where, self.why = where, why


class Balance(msgspec.Struct, frozen=True, gc=False):
    """A balance; `code` in the words of camt (OPBD, CLBD, ITBD, CLAV …), `credit` False: overdrawn."""

    code: str
    amount: Decimal
    currency: str
    credit: bool
    day: date | None = None
    #: INTM: of a page, not of the day
    sub_code: str = ""


class Head(msgspec.Struct, frozen=True):
    """What is known of a statement before its entries."""

    format: str  # camt, mt940, mt942, bai2, ofx, csv, eve, aleve
    message: str  # as camt.053.001.08
    kind: Kind
    identity: str
    account: str
    currency: str = ""
    account_scheme: str = ""  # IBAN, Othr …
    number: str = ""  # legal or electronic sequence, 28C
    page: str = ""
    begins: str = ""
    ends: str = ""
    duplicate: str = ""  # CODU, COPY, DUPL
    balances: tuple[Balance, ...] = ()


class Detail(msgspec.Struct, frozen=True, gc=False):
    """One transaction in an entry: what the parties called it, and who they are."""

    amount: Decimal | None = None
    currency: str = ""
    credit: bool | None = None
    end_to_end_id: str = ""
    transaction_id: str = ""
    instruction_id: str = ""
    message_id: str = ""
    uetr: str = ""
    bank_reference: str = ""
    payer: str = ""
    payer_account: str = ""
    payee: str = ""
    payee_account: str = ""
    remittance: str = ""
    structured_reference: str = ""
    return_reason: str = ""
    purpose: str = ""
    charges: tuple[tuple[Decimal, str], ...] = ()


class Entry(msgspec.Struct, frozen=True, gc=False):
    """A line of a statement."""

    amount: Decimal
    currency: str
    credit: bool
    status: Status = "booked"
    booked_on: date | None = None
    value_on: date | None = None
    reversal: bool = False
    reference: str = ""
    bank_reference: str = ""
    code: str = ""  # bank transaction code: domain/family/sub-family, or the bank's own
    information: str = ""
    batch_count: int | None = None
    details: tuple[Detail, ...] = ()
    charges: tuple[tuple[Decimal, str], ...] = ()


class Foot(msgspec.Struct, frozen=True):
    """What is known of a statement after its entries: balances that come last, and what the bank says it all adds up to."""

    balances: tuple[Balance, ...] = ()
    entry_count: int | None = None
    credit_count: int | None = None
    credit_sum: Decimal | None = None
    debit_count: int | None = None
    debit_sum: Decimal | None = None


Part = Head | Entry | Foot

#: balanced: opening + credits − debits = closing and every sum the bank states; not_balanced: some sum differs;
#: unbalanceable: no two balances to compare with (a notification, a report); invalid: not readable to its end
Verdict = Literal["balanced", "not_balanced", "no_balances", "invalid"]


class Summary(msgspec.Struct, frozen=True):
    """What a statement comes to."""

    head: Head
    opening: Decimal | None
    closing: Decimal | None
    entry_count: int
    credit_count: int
    debit_count: int
    credit_sum: Decimal
    debit_sum: Decimal
    booked_count: int
    booked_net: Decimal
    verdict: Verdict
    #: which sums differ, and by how much: ("closing", Decimal("0.01"))
    differences: tuple[tuple[str, Decimal], ...] = ()
    references: tuple[str, ...] = ()


def minor(amount: Decimal, currency: str) -> int:
    """Return an amount in whole minor units; ValueError where the bank wrote a part of one.

    >>> minor(Decimal("12.50"), "CNY"), minor(Decimal("12"), "JPY")
    (1250, 12)
    >>> minor(Decimal("12.505"), "CNY")
    Traceback (most recent call last):
    ...
    ValueError: 12.505 CNY is no whole number of minor units
    """
    scaled = amount.scaleb(exponent_of(currency))
    whole = int(scaled)
    if whole != scaled:
        raise ValueError(f"{amount} {currency} is no whole number of minor units")
    return whole


def summaries(parts: Iterable[Part]) -> Iterator[Summary]:
    """Add up the statements of a file, one after the other."""
    raise NotImplementedError
