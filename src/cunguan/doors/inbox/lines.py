"""Lines (流水): an entry of a statement as it is kept: without names, each part of a batch for itself, and known again.

When    a kept file is read
Shape   Line: the columns of bank_entry; `key` is what is the same of a movement in every message that tells of it: booking date,
        the bank's reference (else what else there is of it), side, amount. What stands twice in one statement is two movements
        payer: of a credit, to be sealed: money that belongs to nobody goes back to him; nothing else holds a name
        Naming: by what a credit says whose it is: words that may be ids of holder accounts, and numbers of their accounts
        an entry of several transactions whose amounts add up to it is as many lines; else it is one
Errors  ValueError: an amount is no whole number of minor units
Source  ISO 20022 camt.053: AcctSvcrRef, BookgDt, TxDtls; schema 0011
"""

import hashlib
import re
from collections.abc import Iterator
from datetime import date
from typing import Final, Protocol

import msgspec

from cunguan.channels.base import Payee
from cunguan.channels.demobank.bank import CHANNEL
from cunguan.channels.demobank.bank import Line as BankLine
from cunguan.formats.statement import Detail, Entry, minor
from cunguan.kernel.canonical import canonical_json
from cunguan.kernel.deposit_reference import number_in, references_in
from cunguan.kernel.ids import is_id, statement_line_id

#: what stands where a reference is missing
NO_REFERENCE: Final = frozenset({"", "NONREF", "NOTPROVIDED", "NOREF", "NONE", "/"})
WORDS_MAX: Final = 32
KEY_BYTES: Final = 16
_BETWEEN: Final = re.compile(r"[\s,;|?]+")


class Account(msgspec.Struct, frozen=True):
    """A bank account of a pool."""

    lane: int
    id: str
    pool: str
    currency: str
    channel: str
    reference: str
    sandbox: bool


class Hashes(Protocol):
    """What stands for names and accounts (keys/sealed.py)."""

    def payee_hash(self, name: str, account: str, bank: str = "") -> str:
        """Return what stands for an account in a name."""

    def name_hash(self, name: str) -> str:
        """Return what stands for a name."""


class Naming(msgspec.Struct, frozen=True, gc=False):
    """Whose a credit says it is."""

    words: frozenset[str] = frozenset()
    numbers: frozenset[int] = frozenset()


class Line(msgspec.Struct, frozen=True, gc=False):
    """A line; amounts in minor units of its own currency."""

    number: int
    part: int
    key: bytes
    booked_on: date | None
    value_on: date | None
    credit: bool
    amount_minor: int
    currency: str
    status: str
    reversal: bool
    code: str
    reference: str
    bank_reference: str
    end_to_end_id: str
    payer_hash: str
    name_hash: str
    return_reason: str
    naming: Naming = Naming()
    payer: Payee | None = None


def lines_of(number: int, entry: Entry, currency: str, account: Account | None, hashes: Hashes) -> Iterator[Line]:
    """Yield an entry's lines; `currency` is the statement's, for entries that name none."""
    known_by = key_of(entry, entry.currency or currency)
    for part, (detail, amount_minor) in enumerate(_parts(entry, entry.currency or currency)):
        credit, payer = entry.credit, Payee(detail.payer, detail.payer_account, detail.payer_agent)
        yield Line(
            number, part, known_by, entry.booked_on, entry.value_on, credit, amount_minor, entry.currency or currency,
            entry.status, entry.reversal, entry.code, _reference(entry.reference), _reference(entry.bank_reference),
            _reference(detail.end_to_end_id or entry.reference),
            hashes.payee_hash(payer.name, payer.account, payer.bank) if credit else "",
            hashes.name_hash(payer.name) if credit else "",
            detail.return_reason, naming_of(entry, detail, account) if credit and account is not None else Naming(),
            payer if credit and account is not None else None,
        )  # fmt: skip


def key_of(entry: Entry, currency: str) -> bytes:
    """Return what is the same of an entry in every message.

    >>> from decimal import Decimal
    >>> one = Entry(Decimal("5.00"), "CNY", True, booked_on=date(2024, 3, 1), bank_reference="B7")
    >>> other = msgspec.structs.replace(one, amount=Decimal("5"), information="told again")
    >>> key_of(one, "CNY") == key_of(other, "CNY") == key(date(2024, 3, 1), True, 500, "B7")
    True
    """
    reference, amount_minor = _reference(entry.bank_reference), minor(entry.amount, currency)
    if reference:
        return key(entry.booked_on, entry.credit, amount_minor, reference, entry.reversal)
    details = [(one.end_to_end_id, one.transaction_id, one.return_reason) for one in entry.details[:1]]
    rest = canonical_json([entry.value_on, entry.code, entry.reference, details]).decode()
    return key(entry.booked_on, entry.credit, amount_minor, f" {rest}", entry.reversal)


def key(booked_on: date | None, credit: bool, amount_minor: int, reference: str, reversal: bool = False) -> bytes:
    """Return the key of a movement by the bank's reference."""
    told = canonical_json([booked_on, credit, amount_minor, reversal, reference])
    return hashlib.sha256(told).digest()[:KEY_BYTES]


def movement_id(channel: str, account: str, key: bytes, part: int = 0) -> str:
    """Return the id under which the books are told of a movement; `key` ends with how many of the kind its statement had before."""
    return statement_line_id(hashlib.sha256(f"{channel}\n{account}\n".encode() + key).hexdigest()[:40], part)


def first_id(channel: str, account: str, key: bytes) -> str:
    """Return the id of a movement that is the first of its key."""
    return movement_id(channel, account, key + (1).to_bytes(4, "big"))


def receipt_id(account: str, line: BankLine) -> str:
    """Return the id of a line of the demo bank, which its files call by its number."""
    return first_id(CHANNEL, account, key(line.day, line.credit, line.amount_minor, str(line.number)))


def naming_of(entry: Entry, detail: Detail, account: Account) -> Naming:
    """Return whom a credit names, to an account of a pool."""
    text = " ".join((detail.structured_reference, detail.remittance, entry.information, detail.end_to_end_id))
    words = [word for word in _BETWEEN.split(text) if is_id(word)][:WORDS_MAX]
    numbers = {holder.number for holder in references_in(text) if holder.lane == account.lane}
    paid_to = number_in(account.reference, detail.payee_account)
    return Naming(frozenset(words), frozenset(numbers if paid_to is None else numbers | {paid_to}))


def _parts(entry: Entry, currency: str) -> Iterator[tuple[Detail, int]]:
    amount_minor = minor(entry.amount, currency)
    if len(entry.details) > 1:
        amounts = [one.amount for one in entry.details if one.currency in ("", currency)]
        known = [minor(one, currency) for one in amounts if one is not None]
        alike = all(one.credit in (None, entry.credit) for one in entry.details)
        if alike and len(known) == len(entry.details) and sum(known) == amount_minor and all(known):
            yield from zip(entry.details, known, strict=True)
            return
    single = entry.details[0] if len(entry.details) == 1 and entry.batch_count in (None, 0, 1) else Detail()
    yield single, amount_minor


def _reference(text: str) -> str:
    """Return a reference that is an id of somebody's, "" where it is none: free text may hold names."""
    bare = text.strip().replace(" ", "")
    return bare if is_id(bare) and bare.upper() not in NO_REFERENCE else ""
