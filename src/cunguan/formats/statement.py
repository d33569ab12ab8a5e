"""Statement (银行对账单): what every reader of a bank's file yields, whatever the format.

Shape   a file is a run of parts: for each statement in it a Head, its Entries, and a Foot; a reader yields them as it reads,
        so that a file of any size needs the memory of one entry. `summaries` adds them up
        Wrong: where a file is not readable, and why. A reader yields it for what it left out, a line or an entry, and goes on;
        it raises it where it cannot go on, and what came before was well read. Either way the statement is not to be used
Units   amounts are exact decimals as the bank wrote them, never negative: `credit` says which way; `minor` makes whole minor units
Source  ISO 20022 camt.053 (BankToCustomerStatement) names what the other formats have under other words
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Context, Decimal
from typing import Final, Literal

import msgspec

from cunguan.kernel.currency import exponent_of
from cunguan.kernel.money import MINOR_LIMIT

#: statement: booked, with both balances; report: of part of a day; notification: entries without balances
Kind = Literal["statement", "report", "notification"]
#: booked; pending: not yet; information: never will be
Status = Literal["booked", "pending", "information"]


#: so many digits that no sum of a file is rounded; Python's own context rounds at 28
EXACT: Final = Context(prec=100)


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
    number: str = ""  # electronic sequence, 28C
    page: str = ""
    begins: str = ""
    ends: str = ""
    duplicate: str = ""  # CODU, COPY, DUPL
    balances: tuple[Balance, ...] = ()
    legal_number: str = ""
    is_last_page: bool | None = None
    created: str = ""
    message_id: str = ""
    servicer: str = ""  # BIC of the bank that holds the account


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
    payment_id: str = ""  # PmtInfId: of the group in the order it came of
    payer_agent: str = ""  # BIC, or the number in a clearing
    payee_agent: str = ""
    information: str = ""
    #: what was instructed, where it was another amount or currency, and at which rate it was exchanged
    instructed: Decimal | None = None
    instructed_currency: str = ""
    exchange_rate: str = ""


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
    dated: str = ""  # what the bank wrote for a date that no calendar has: the date itself is None then
    #: of a batch: the message and the group of the order it was
    batch_message_id: str = ""
    batch_payment_id: str = ""


class Difference(msgspec.Struct, frozen=True):
    """A sum that differs: which, what the bank states, what its entries come to."""

    what: str
    stated: Decimal
    computed: Decimal

    @property
    def by(self) -> Decimal:
        """Return what the statement says more than its entries."""
        return EXACT.subtract(self.stated, self.computed)


class Foot(msgspec.Struct, frozen=True):
    """What is known of a statement after its entries: balances that come last, and what the bank says it all adds up to."""

    balances: tuple[Balance, ...] = ()
    entry_count: int | None = None
    entry_sum: Decimal | None = None  # credits and debits together, without sign
    credit_count: int | None = None
    credit_sum: Decimal | None = None
    debit_count: int | None = None
    debit_sum: Decimal | None = None
    #: sums of the format's own that only its reader can add up (the control totals of BAI2), where they differ
    differences: tuple[Difference, ...] = ()


Part = Head | Entry | Foot | Wrong

#: balanced: opening + booked = closing, and every sum the bank states; not_balanced: some sum differs;
#: no_balances: nothing to compare with (a notification, a report), and no stated sum differs; invalid: it breaks off, or a part
#: of it is not readable although the sums agree
Verdict = Literal["balanced", "not_balanced", "no_balances", "invalid"]

#: what is kept of a statement of any length
REFERENCES_MAX: Final = 100_000
WRONGS_MAX: Final = 100

#: what banks write where there is no reference
NO_REFERENCE: Final = frozenset(("", "NONREF", "NOTPROVIDED", "NOT PROVIDED"))


class Summary(msgspec.Struct, frozen=True):
    """What a statement comes to. Sums and counts are of all entries, `booked` of those that are; a debit is no negative credit."""

    head: Head
    currency: str
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
    differences: tuple[Difference, ...] = ()
    #: of the entries in their order, the bank's own where there is one; the first REFERENCES_MAX
    references: tuple[str, ...] = ()
    #: references that stand more than once
    repeated: tuple[str, ...] = ()
    wrongs: tuple[Wrong, ...] = ()
    #: all that are said, before and after the entries
    balances: tuple[Balance, ...] = ()


def minor(amount: Decimal, currency: str) -> int:
    """Return an amount in whole minor units; ValueError where the bank wrote a part of one, or more than there is.

    >>> minor(Decimal("12.50"), "CNY"), minor(Decimal("12"), "JPY")
    (1250, 12)
    >>> minor(Decimal("12.505"), "CNY")
    Traceback (most recent call last):
    ...
    ValueError: 12.505 CNY is no whole number of minor units
    """
    scaled = EXACT.scaleb(amount, exponent_of(currency))
    whole = int(scaled)
    if whole != scaled:
        raise ValueError(f"{amount} {currency} is no whole number of minor units")
    if abs(whole) >= MINOR_LIMIT:
        raise ValueError(f"{amount} {currency} is larger than any amount")
    return whole


def signed(amount: Decimal, credit: bool) -> Decimal:
    """Return an amount with its sign: a debit is negative."""
    return amount if credit else EXACT.minus(amount)


# ── adding up ────────────────────────────────────────────────────────────────
def summaries(parts: Iterable[Part]) -> Iterator[Summary]:
    """Add up the statements of a file, one after the other; what is not readable ends as an `invalid` one.

    A file of which not even a Head can be read gives one summary with the empty head NO_HEAD.
    """
    sums: _Sums | None = None
    try:
        for part in parts:
            if isinstance(part, Head):
                if sums is not None:
                    yield sums.summary()
                sums = _Sums(part)
            else:
                sums = sums or _Sums(NO_HEAD)
                sums.add(part)
    except Wrong as wrong:
        sums = sums or _Sums(NO_HEAD)
        sums.add(wrong)
        sums.breaks_off = True
    if sums is not None:
        yield sums.summary()


#: of a file that ends before it says what it is
NO_HEAD: Final = Head("", "", "statement", "", "")


class _Sums:
    """What is known of one statement so far."""

    def __init__(self, head: Head) -> None:
        self.head, self.currency = head, head.currency
        self.balances = list(head.balances)
        self.foot = Foot()
        self.counts = {True: 0, False: 0}
        self.sums = {True: Decimal(0), False: Decimal(0)}
        self.booked_count, self.booked_net = 0, Decimal(0)
        self.elsewhere = Decimal(0)
        self.references: list[str] = []
        self.wrongs: list[Wrong] = []
        self.breaks_off = False

    def add(self, part: Part) -> None:
        if isinstance(part, Entry):
            self._entry(part)
        elif isinstance(part, Foot):
            self.foot = part
            self.balances += part.balances
        elif isinstance(part, Wrong) and len(self.wrongs) < WRONGS_MAX:
            self.wrongs.append(part)

    def _entry(self, entry: Entry) -> None:
        self.currency = self.currency or (self.balances[0].currency if self.balances else entry.currency)
        self.counts[entry.credit] += 1
        self.sums[entry.credit] = EXACT.add(self.sums[entry.credit], entry.amount)
        if entry.status == "booked":
            self.booked_count += 1
            self.booked_net = EXACT.add(self.booked_net, signed(entry.amount, entry.credit))
        if entry.currency and entry.currency != self.currency:
            self.elsewhere = EXACT.add(self.elsewhere, entry.amount)
        reference = entry.bank_reference or entry.reference
        if reference not in NO_REFERENCE and len(self.references) < REFERENCES_MAX:
            self.references.append(reference)

    def summary(self) -> Summary:
        self.currency = self.currency or (self.balances[0].currency if self.balances else "")
        opening, closing = self._balance("OPBD", "PRCD"), self._balance("CLBD")
        differences = tuple(self._differences(opening, closing))
        verdict = self._verdict(has_both=bool(opening and closing), differs=bool(differences))
        return Summary(
            self.head, self.currency, _signed(opening), _signed(closing), sum(self.counts.values()), self.counts[True],
            self.counts[False], self.sums[True], self.sums[False], self.booked_count, self.booked_net, verdict, differences,
            tuple(self.references), _repeated(self.references), tuple(self.wrongs), tuple(self.balances),
        )  # fmt: skip

    def _verdict(self, *, has_both: bool, differs: bool) -> Verdict:
        if self.breaks_off:
            return "invalid"
        if differs:
            return "not_balanced"
        return "invalid" if self.wrongs else "balanced" if has_both else "no_balances"

    def _balance(self, *codes: str) -> Balance | None:
        """Return the balance of the first code there is: in the account's currency, of the day rather than of a page."""
        for code in codes:
            found = [each for each in self.balances if each.code == code]
            if found:
                return min(found, key=lambda one: (one.currency != self.currency, one.sub_code == "INTM"))
        return None

    def _differences(self, opening: Balance | None, closing: Balance | None) -> Iterator[Difference]:
        if opening and closing:
            computed = EXACT.add(signed(opening.amount, opening.credit), self.booked_net)
            yield from _difference("closing", _signed(closing), computed)
            strange = sum(each.amount for each in (opening, closing) if each.currency != self.currency)
            yield from _difference("other_currency", Decimal(0), self.elsewhere + strange)
        foot, counts, sums = self.foot, self.counts, self.sums
        yield from foot.differences
        yield from _difference("entry_count", foot.entry_count, sum(counts.values()))
        yield from _difference("entry_sum", foot.entry_sum, sums[True] + sums[False])
        yield from _difference("credit_count", foot.credit_count, counts[True])
        yield from _difference("credit_sum", foot.credit_sum, sums[True])
        yield from _difference("debit_count", foot.debit_count, counts[False])
        yield from _difference("debit_sum", foot.debit_sum, sums[False])


def _difference(what: str, stated: Decimal | int | None, computed: Decimal | int) -> Iterator[Difference]:
    if stated is not None and stated != computed:
        yield Difference(what, Decimal(stated), Decimal(computed))


def _signed(balance: Balance | None) -> Decimal | None:
    return None if balance is None else signed(balance.amount, balance.credit)


def _repeated(references: list[str]) -> tuple[str, ...]:
    return tuple(name for name, times in Counter(references).items() if times > 1)
