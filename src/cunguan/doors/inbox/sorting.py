"""Sorting (流水归类): what a movement of a pool's account is, and what the books are told of it.

When    after a sound statement was read; with what the books and the doors know at that moment
Shape   Deed: instructions, one after the other, each only when the one before was done; Aside: nothing is told, and why
        money that came in is booked whatever it is: what fits nothing is an item of suspense and ages. Only what the custodian
        or two people must name first waits: its own money, a channel's credit without its file, a corrected booking
        money that went out is booked only as the payment it is; any other debit waits for two people
Order   credit: a payment that came back, one that seems to be booked already, a channel's settlement, a deposit that was
        announced, a correction, interest, the firm's or the platform's own money, a deposit that names its holder, anybody's
        debit: a payment of ours, a correction, a charge, unknown
Source  domain-decisions.md 5, 6, 24-26, 29; domain.md (c.2) B1, B2, B6, (e.3) BRK05, BRK08, BRK10, BRK11, BRK12
"""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Final, Literal

import msgspec
from msgspec.structs import replace

from cunguan.doors.inbox.lines import movement_id
from cunguan.kernel.instruction import Instruction
from cunguan.operations import (
    channel_net_settlement,
    deposit_direct,
    deposit_settlement,
    payout_result,
    payout_returned,
    pool_interest,
    unidentified_receipt,
    withdrawal_result,
    withdrawal_return,
)
from cunguan.operations.runs import ATOMIC_ITEMS

#: the bank's codes, by their last part [K]: ISO 20022 external sub-families, SWIFT's transaction types, BAI2's type codes
INTEREST: Final = frozenset({"INTR", "NINT", "INT", "354", "5500", "5504"})
CHARGES: Final = frozenset({"CHRG", "COMM", "FEES", "NCHG", "CHG", "NCOM", "COM", "698"})
#: of our payments, what came back
RETURNED: Final = frozenset({"returned", "recredited"})
PAID: Final = frozenset({"settled", *RETURNED})
UNDER_WAY: Final = frozenset({"sent", "in_doubt"})

Outcome = Literal["known", "waits", "person", "nothing"]


class Movement(msgspec.Struct, frozen=True, gc=False):
    """A line that is to be booked: columns of bank_entry, and whose it is."""

    statement: int
    number: int
    part: int
    line: int
    key: bytes
    channel: str
    account: str
    lane: int
    bank_account: str
    pool: str
    booked_on: date
    value_on: date | None
    credit: bool
    amount_minor: int
    reversal: bool
    code: str
    reference: str
    bank_reference: str
    end_to_end_id: str
    payer_hash: str
    name_hash: str
    holder: str
    return_reason: str
    today: date  # of the books

    @property
    def value_date(self) -> date | None:
        """The day it is about, where the books are in a later one."""
        return self.booked_on if self.booked_on < self.today else None

    @property
    def id(self) -> str:
        """The id under which the books are told of it: of its account, its key and its part."""
        return movement_id(self.channel, self.account, self.key, self.part)

    @property
    def found_by(self) -> str:
        """What finds it on the statement."""
        return self.bank_reference or self.reference or self.end_to_end_id or self.id


class Payment(msgspec.Struct, frozen=True, gc=False):
    """A payment of ours; `is_payout`: no client's withdrawal."""

    id: str
    is_payout: bool
    state: str
    amount_minor: int


class Announced(msgspec.Struct, frozen=True, gc=False):
    """A deposit that a channel announced."""

    id: str
    state: str
    amount_minor: int


class Settled(msgspec.Struct, frozen=True):
    """A channel's settlement file that waits for its credit, or had it."""

    file: int
    channel: str
    settle_date: date
    net_minor: int
    state: str
    #: deposit, gross and fee in minor units
    orders: tuple[tuple[str, int, int], ...]


class Known(msgspec.Struct, frozen=True):
    """What the books and the doors know about some movements of one lane and channel."""

    payments: Mapping[str, Payment] = {}
    told: Collection[tuple[str, bool]] = (
        frozenset()
    )  # ends of payments that a movement before was booked as: id and side
    settlements: Mapping[tuple[str, str], Settled] = {}  # by bank account and reference
    announced: Mapping[str, Announced] = {}
    channels: Collection[str] = frozenset()  # payment channels that owe this lane money, or did
    names: Collection[tuple[str, str]] = frozenset()  # holder, and the hash of a name he is known by
    alike: Collection[int] = frozenset()  # lines that look like one that another message told under another reference
    own: Collection[str] = frozenset()  # what stands for accounts and names of the firm, the platform and its partners


class Deed(msgspec.Struct, frozen=True):
    """What the books are told; `payment`: whose end this is."""

    cause: str
    steps: tuple[Instruction, ...]


class Aside(msgspec.Struct, frozen=True):
    """Nothing is told; `instruction_id`: by what the books know it already."""

    outcome: Outcome
    cause: str
    instruction_id: str = ""


def sort(movement: Movement, known: Known) -> Deed | Aside:
    """Return what a movement is."""
    payment = known.payments.get(movement.end_to_end_id)
    if movement.credit:
        return _came_back(movement, payment, known) if payment is not None else _credit(movement, known)
    return _debit(movement, payment, known)


def in_suspense(movement: Movement, cause: str, behind: str = "") -> Deed:
    """Return that money is here, and nobody can say whose it is; `behind`: after its id, where that was used."""
    body = unidentified_receipt.Body(
        movement.bank_account, movement.amount_minor, movement.found_by, movement.payer_hash
    )
    return Deed(cause, (Instruction(movement.id + behind, unidentified_receipt.KIND, body),))


def under_own_ids(movement: Movement, deed: Deed) -> Deed:
    """Return the same under ids of the movement itself: those of the bank's word were used for something that was refused."""
    steps = (replace(step, id=f"{step.id.partition(':')[0]}:{movement.id}") for step in deed.steps)
    return Deed(deed.cause, tuple(steps))


# ── out ──────────────────────────────────────────────────────────────────────
def _debit(movement: Movement, payment: Payment | None, known: Known) -> Deed | Aside:
    if payment is None:
        if movement.reversal:
            return Aside("person", "credit_taken_back")
        return Aside("person", "charge" if _is(movement.code, CHARGES) else "debit_unknown")
    if (payment.id, False) in known.told:
        return Aside("person", "paid_twice")
    if movement.amount_minor != payment.amount_minor:
        return Aside("person", "amount_differs")
    if payment.state in UNDER_WAY:
        return Deed("payment", (paid(movement, payment),))
    if payment.state in PAID:
        return Aside("known", "payment", paid(movement, payment).id)
    if payment.state == "held":
        return Aside("waits", "payment_not_sent")
    return Aside("person", "paid_after_end")


def paid(movement: Movement, payment: Payment) -> Instruction:
    """Return that a payment was made; what the bank took beyond it is no part of it."""
    operation = payout_result if payment.is_payout else withdrawal_result
    body = operation.Body(payment.id, "settled", payment.amount_minor)
    return Instruction(withdrawal_result.result_id(movement.channel, payment.id, "settled"), operation.KIND, body)


# ── in ───────────────────────────────────────────────────────────────────────
def _came_back(movement: Movement, payment: Payment, known: Known) -> Deed | Aside:
    if (payment.id, True) in known.told:
        return in_suspense(movement, "returned_twice")
    if movement.amount_minor != payment.amount_minor:
        return in_suspense(movement, "return_differs")
    operation = payout_returned if payment.is_payout else withdrawal_return
    body = operation.Body(payment.id, movement.amount_minor, movement.return_reason)
    returned = Instruction(withdrawal_return.return_id(movement.channel, payment.id), operation.KIND, body)
    if payment.state in RETURNED:
        return Aside("known", "return", returned.id)
    if payment.state == "settled":
        return Deed("return", (returned,))
    if payment.state in UNDER_WAY:  # what comes back was paid before
        return Deed("return", (paid(movement, payment), returned))
    return in_suspense(movement, "return_of_unpaid")


def _credit(movement: Movement, known: Known) -> Deed | Aside:
    if movement.line in known.alike:
        return Aside("person", "told_alike")
    of_channel = _of_channel(movement, known)
    if of_channel is not None:
        return of_channel
    if movement.reversal:
        return Aside("person", "debit_taken_back")
    if _is(movement.code, INTEREST) and not movement.holder:
        return _interest(movement)
    if not movement.holder and ({movement.payer_hash, movement.name_hash} - {""}) & set(known.own):
        return Aside("person", "own_money")
    if not movement.holder:
        return in_suspense(movement, "unidentified")
    body = deposit_direct.Body(
        holder=movement.holder, bank_account=movement.bank_account, amount_minor=movement.amount_minor,
        payer_matches=bool(movement.name_hash) and (movement.holder, movement.name_hash) in known.names,
        reference=movement.found_by, payee_hash=movement.payer_hash,
    )  # fmt: skip
    return Deed("deposit", (Instruction(movement.id, deposit_direct.KIND, body),))


def _of_channel(movement: Movement, known: Known) -> Deed | Aside | None:
    """Return what a credit is that a payment channel owes us, by its reference."""
    settled = known.settlements.get((movement.bank_account, movement.end_to_end_id))
    if settled is not None:
        if settled.state != "waiting":
            return in_suspense(movement, "settled_twice")
        return (
            _net(movement, settled)
            if settled.net_minor == movement.amount_minor
            else Aside("person", "settlement_differs")
        )
    announced = known.announced.get(movement.end_to_end_id)
    if announced is not None and announced.state in ("uncleared", "failed", "asked", "lapsed"):
        body = deposit_settlement.Body(announced.id, movement.bank_account, "settled", movement.amount_minor)
        name = f"{deposit_settlement.ID_PREFIX}{movement.id}"
        return Deed("settlement", (Instruction(name, deposit_settlement.KIND, body),))
    channel, colon, _ = movement.end_to_end_id.partition(":")
    return Aside("waits", "settlement_file") if colon and channel in known.channels else None


def _net(movement: Movement, settled: Settled) -> Deed | Aside:
    """Return the settlement, in parts where it pays more deposits than one journal takes."""
    steps = []
    for begin in range(0, len(settled.orders), ATOMIC_ITEMS):
        orders = settled.orders[begin : begin + ATOMIC_ITEMS]
        gross_minor, fee_minor = sum(one[1] for one in orders), sum(one[2] for one in orders)
        body = channel_net_settlement.Body(
            movement.pool, settled.channel, settled.settle_date, movement.bank_account, gross_minor - fee_minor, fee_minor,
            tuple(one[0] for one in orders), movement.found_by, movement.value_date,
        )  # fmt: skip
        name = f"{channel_net_settlement.ID_PREFIX}{movement.id}:{settled.file}:{begin // ATOMIC_ITEMS}"
        steps.append(Instruction(name, channel_net_settlement.KIND, body))
    return Deed("settlement", tuple(steps))


def _interest(movement: Movement) -> Deed:
    body = pool_interest.Body(
        movement.pool, movement.bank_account, movement.amount_minor, movement.found_by, movement.value_date
    )
    return Deed("interest", (Instruction(movement.id, pool_interest.KIND, body),))


def _is(code: str, codes: frozenset[str]) -> bool:
    """Test a bank's code: its last part, after any divider.

    >>> _is("ACMT/MCOP/INTR", INTEREST), _is("NTRF", CHARGES), _is("CHRG", CHARGES)
    (True, False, True)
    """
    return any(part in codes for part in code.upper().replace("-", "/").replace("+", "/").split("/"))
