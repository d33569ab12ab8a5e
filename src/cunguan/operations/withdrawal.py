"""Withdrawal (提现): a client takes money out, to his own card only.

When    a platform hands in a client's withdrawal, by his own confirmation or a standing mandate
Reads   the holder and his money, the card, the bank account and its pool, fee consent and schedule, mandate or key, his limit
Posts   Dr 2010 / Cr 2030 amount; Dr 2010 / Cr 2020 fee
Returns Decision with the message for the bank; withdrawal, message and end-to-end id are the instruction's id,
        the fee's hold is that with :fee
Order   amount, holder, bank account, pool, stop, card, fee, authority, limit, balance
Source  domain.md (c.2) B3; domain-decisions.md 8, 11, 24-26
"""

from datetime import timedelta

import msgspec
from msgspec.structs import replace

from cunguan.kernel.canonical import canonical_json
from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import AuthorityText, Decision, Given, Instruction, Posting, refuse
from cunguan.kernel.rows import (
    BankAccount,
    Card,
    ClientLimit,
    FeeConsent,
    FeeSchedule,
    Hold,
    Holder,
    Mandate,
    Message,
    OutgoingStop,
    Pool,
    Row,
    Withdrawal,
)
from cunguan.ledger.book import Book
from cunguan.ledger.templates.withdrawal import withdrawal_fee_hold, withdrawal_hold
from cunguan.operations import client_limits
from cunguan.operations.authority import Signer, confirmed, mandated, signer_of, usable
from cunguan.operations.cover import stops_clients
from cunguan.operations.fees import NO_FEE, Charge, charge, consented
from cunguan.operations.outgoing_stop import is_stopped, outgoing
from cunguan.operations.places import POOL_IN_USE
from cunguan.states.hold import HOLD
from cunguan.states.outbox import OUTBOX
from cunguan.states.withdrawal import WITHDRAWAL

KIND = "withdrawal"
VERSION = 1
LANE = "platform"

FEE = ":fee"

#: how long a fee may stay held for a withdrawal that never ends; assumed, no bank takes that long to answer
FEE_HOLD_DAYS = 90


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A withdrawal: `payee_hash` is what the client saw and confirms; with a mandate it may be empty."""

    holder: str
    card: str
    bank_account: str
    amount_minor: int
    payee_hash: str = ""
    fee_schedule: str = ""
    fee_item: str = ""
    mandate: str = ""


class CreditTransfer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The message for the bank; `bank_account` is the bank's own reference of the account that pays."""

    end_to_end_id: str
    payee_hash: str
    amount_minor: int
    currency: str
    bank_account: str


class Facts(msgspec.Struct, frozen=True, gc=False):
    """What a withdrawal depends on."""

    holder: Holder | None
    card: Card | None
    bank: BankAccount | None
    pool: Pool | None
    schedule: FeeSchedule | None
    consent: FeeConsent | None
    key: Signer | None
    mandate: Mandate | None
    limit: ClientLimit | None
    available_minor: int
    stop: OutgoingStop | None


def authority_text(instruction: Instruction, lane: int) -> AuthorityText | None:
    """Return the text the client confirms; None when he cites a mandate. The fee has an authority of its own."""
    body = instruction.body
    assert isinstance(body, Body)
    if body.mandate:
        return None
    return AuthorityText(
        lane, instruction.id, "P", body.holder, "withdrawal", body.amount_minor, body.payee_hash, "", ""
    )


def load(instruction: Instruction, book: Book, given: Given) -> Facts:
    """Collect the facts of a withdrawal."""
    body = instruction.body
    assert isinstance(body, Body)
    holder = book.get(Holder, body.holder)
    bank = book.get(BankAccount, body.bank_account)
    schedule, consent = consented(book, body.holder, body.fee_schedule) if body.fee_item else (None, None)
    return Facts(
        holder=holder,
        card=book.get(Card, body.card),
        bank=bank,
        pool=book.get(Pool, bank.pool) if bank is not None else None,
        schedule=schedule,
        consent=consent,
        key=signer_of(book, holder, given) if holder is not None and not body.mandate else None,
        mandate=book.get(Mandate, body.mandate) if body.mandate else None,
        limit=book.get(ClientLimit, body.holder),
        available_minor=0 if holder is None else book.balance(holder.available),
        stop=outgoing(book),
    )


def decide(instruction: Instruction, facts: Facts, given: Given) -> Decision:
    """Decide one withdrawal."""
    body = instruction.body
    assert isinstance(body, Body)
    holder, card, bank = facts.holder, facts.card, facts.bank
    if body.amount_minor <= 0:
        return refuse(Code.amount_not_positive)
    refusal = usable(holder)
    if refusal is not None:
        return refuse(refusal)
    assert holder is not None
    if bank is None:
        return refuse(Code.bank_account_not_found)
    if bank.pool != holder.pool:
        return refuse(Code.pool_differs)
    assert facts.pool is not None, "a bank account belongs to a pool"
    if facts.pool.state not in POOL_IN_USE:  # a pool that closes is emptied by withdrawals
        return refuse(Code.pool_not_active, f"the pool is {facts.pool.state}")
    if stops_clients(facts.pool):
        return refuse(Code.pool_cover_failed, "cover has failed, and clients' payouts wait until it is whole again")
    if is_stopped(facts.stop):
        return refuse(Code.outgoing_stopped)
    if card is None:
        return refuse(Code.card_not_found)
    if card.holder != holder.id:
        return refuse(Code.card_not_own)
    if card.state != "active":
        return refuse(Code.card_not_active, f"the card is {card.state}")
    if given.business_date < card.cooling_until:
        return refuse(Code.card_cooling, cooling_until=card.cooling_until.isoformat())
    fee = _fee(body, facts, given)
    if isinstance(fee, Code):
        return refuse(fee)
    refusal = _authority(body, facts, given)
    if refusal is not None:
        return refuse(refusal)
    limit, kind = _limit(body, facts, given), _evidence_kind(body, given)
    refusal = client_limits.refusal(limit, body.amount_minor, kind, facts.pool.currency)
    if refusal is not None:
        assert limit is not None, "a limit was exceeded"
        return refuse(refusal, "more than this client lets out", **client_limits.told(limit))
    if body.amount_minor + fee.fee_minor > facts.available_minor:
        return refuse(Code.insufficient_balance, fee_minor=fee.fee_minor)
    return _accept(instruction.id, body, facts, fee, limit, given)


def _fee(body: Body, facts: Facts, given: Given) -> Charge | Code:
    if not body.fee_item:
        return NO_FEE
    return charge(facts.schedule, facts.consent, body.fee_item, body.amount_minor, given.business_date)


def _authority(body: Body, facts: Facts, given: Given) -> Code | None:
    assert facts.card is not None
    if body.mandate:
        return mandated(
            facts.mandate, given, owner=body.holder, type="withdrawal", amount_minor=body.amount_minor, listing=""
        )
    if body.payee_hash != facts.card.payee_hash:
        return Code.confirmation_text_differs
    return confirmed(given, facts.key, body.holder)


def _limit(body: Body, facts: Facts, given: Given) -> ClientLimit | None:
    """Return his limit as it stands now; a client of a passkey has one also where he has set none."""
    if facts.limit is not None:
        return client_limits.now(facts.limit, given)
    kind = _evidence_kind(body, given)
    if not kind or kind.startswith("sandbox"):
        return None
    assert facts.pool is not None
    first = client_limits.at_first(body.holder, facts.pool.currency, given.business_date)
    return client_limits.now(first, given)


def _evidence_kind(body: Body, given: Given) -> str:
    return "" if body.mandate or given.confirmation is None else given.confirmation.evidence.kind


def _accept(
    withdrawal: str, body: Body, facts: Facts, fee: Charge, limit: ClientLimit | None, given: Given
) -> Decision:
    holder, card, bank, pool, mandate = facts.holder, facts.card, facts.bank, facts.pool, facts.mandate
    assert holder is not None and card is not None and bank is not None and pool is not None
    seq, amount_minor = given.seq, body.amount_minor
    authority = seq if mandate is None else mandate.authority
    transfer = CreditTransfer(withdrawal, card.payee_hash, amount_minor, pool.currency, bank.reference)
    postings: tuple[Posting, ...] = withdrawal_hold(
        holder=holder, amount_minor=amount_minor, authority=authority, opened=seq
    )
    adds: tuple[Row, ...] = (
        Withdrawal(
            withdrawal, holder.id, card.id, card.payee_hash, bank.id, amount_minor, fee.fee_minor, withdrawal,
            authority, fee.authority, seq, WITHDRAWAL.initial, body.mandate,
        ),
        Message(withdrawal, bank.channel, "credit_transfer", canonical_json(transfer), seq, OUTBOX.initial),
    )  # fmt: skip
    if fee.fee_minor:
        postings += withdrawal_fee_hold(holder=holder, fee_minor=fee.fee_minor, authority=fee.authority, opened=seq)
        adds += (_fee_hold(withdrawal, holder, fee, given),)
    changes: tuple[Row, ...] = () if fee.consent is None else (fee.consent,)
    if mandate is not None:
        changes += (replace(mandate, used_minor=mandate.used_minor + amount_minor),)
    if limit is not None:
        counted = client_limits.used(limit, amount_minor, _evidence_kind(body, given))
        adds, changes = (adds, (*changes, counted)) if facts.limit is not None else ((*adds, counted), changes)
    return Decision(
        Code.done, postings=postings, adds=adds, changes=changes,
        authority=None if mandate is not None else given.confirmation, answer={"fee_minor": fee.fee_minor},
    )  # fmt: skip


def _fee_hold(withdrawal: str, holder: Holder, fee: Charge, given: Given) -> Hold:
    release_by = given.business_date + timedelta(days=FEE_HOLD_DAYS)
    return Hold(
        fee_hold_id(withdrawal), holder.id, holder.held, "withdrawal_fee", "", fee.fee_minor, 0, 0, release_by,
        fee.authority, given.seq, HOLD.initial,
    )  # fmt: skip


def fee_hold_id(withdrawal: str) -> str:
    """Return the id of the hold of a withdrawal's fee."""
    return withdrawal + FEE
