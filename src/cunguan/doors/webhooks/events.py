"""Events (通知事件): what a platform is told of, as a pure function of committed rows.

When    an instruction of a platform's lane is stored, whatever became of it
Shape   Event: number 0 is the instruction itself, instruction.done|refused|quarantined; number n is its n-th move of a
        state machine, <machine>.<event>. The id names the place in the books and is the same for ever
        message(): the bytes that are sent; the same rows give the same bytes
Not     names, papers and reasons of the custodian's people; a kind or machine that stands in no table here is not told
Source  Standard Webhooks 1.0.0 (payload, event types); design/lanes.md rule 12; ADR 0023
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from typing import Final

import msgspec

from cunguan.kernel.canonical import canonical_json
from cunguan.kernel.codes import Code
from cunguan.states import MACHINES
from cunguan.states.instruction import INSTRUCTION

#: machines whose moves are told; what lane 0 and the bank's line do inside is the custodian's
TOLD_MACHINES: Final = frozenset({
    "account", "adjustment", "bid_stop", "card", "claim", "claim_sale", "client_debt", "day", "deposit", "fee_consent", "fee_schedule",
    "general_hold", "hold", "instruction", "listing", "mandate", "outgoing_stop", "partner", "payee", "payout", "plan_row", "pool",
    "related_party", "run", "shortfall", "suspense_item", "trustee_payee", "unclaimed", "withdrawal",
})  # fmt: skip
UNTOLD_MACHINES: Final = frozenset({
    "authority", "break", "case", "complaint", "legal_order", "lock_order", "order_here", "outbox", "person",
    "platform", "reservation", "statement", "subject",
    "contract", "party", "platform_file", "proposal",
})  # fmt: skip

#: kinds in a platform's lane that are acts on a person, orders of an authority, or the custodian's own keeping of the books:
#: the moves they cause are told, without who ordered what
UNTOLD_KINDS: Final = frozenset({
    "bar", "break_parking", "death_record_here", "death_withdrawal_here", "hold_clearance", "lane_opening", "legal_order_here",
    "legal_taking", "message_answered", "payment_found", "payment_release", "payment_unmatched", "person_lock_here",
    "person_unlock_here", "quarantine_resolution", "succession_end", "succession_transfer", "unclaimed_handover",
})  # fmt: skip
TOLD_KINDS: Final = frozenset({
    "account_closed", "account_closing", "account_closing_withdrawn", "account_opening", "account_resumption", "account_review",
    "account_suspension", "adjustment", "adjustment_refusal", "adjustment_request", "auto_recharge", "auto_withdrawal",
    "bid_cancel", "bid_hold", "bid_resume", "bid_stop", "card_binding", "card_check", "card_invalid", "card_review", "card_unbind",
    "channel_net_settlement", "charge_back", "claim_end", "claim_purchase", "claim_sale", "claim_sale_cancel",
    "claim_sale_expiry", "client_debt_borne", "client_debt_recovery", "client_debt_repayment", "client_limit", "client_return",
    "compensation", "day_close", "deposit_direct", "deposit_notice", "deposit_settlement", "disbursement", "dormancy", "fee_charge",
    "fee_consent", "fee_payout", "fee_refund", "fee_schedule", "general_hold", "general_hold_release", "guarantee",
    "guarantor_repayment", "hold_expiry", "import_confirmation", "interest_repayment", "interest_top_up",
    "key_addition", "key_removal", "key_replacement",
    "listing_registration", "mandate_grant", "mandate_revoke", "opening_import", "outgoing_resume", "outgoing_stop",
    "partner_payout", "partner_registration",
    "partner_share", "payee_binding", "payout_cancel", "payout_result", "payout_returned", "payout_sent", "plan_hold",
    "platform_compensation", "platform_money_in", "platform_transfer", "pool_interest", "pool_interest_share", "pool_line",
    "pool_loss", "pool_opening", "pool_papers", "pool_top_up", "profit_sharing", "prudent_top_up", "prudent_top_up_back", "raise_failure",
    "raise_opening", "red_packet", "red_packet_cancel", "related_party", "repayment", "run_step", "suspense_allocation",
    "suspense_return", "trustee_payee", "trustee_payee_review", "trustee_payee_revoke", "unclaimed_return",
    "unidentified_receipt", "unused_money_back", "withdrawal", "withdrawal_cancel", "withdrawal_intercept",
    "withdrawal_result", "withdrawal_return", "withdrawal_sent",
})  # fmt: skip

#: what of an instruction's message is told: whom and what it is about, and how much; a platform's own opaque ids alone
ABOUT: Final = (
    "holder", "lender", "borrower", "guarantor", "seller", "buyer", "partner", "account", "card", "mandate", "pool", "listing",
    "plan_row", "hold", "claim", "sale", "deposit", "withdrawal", "payout", "debt", "shortfall", "red_packet", "request", "run",
    "step", "outcome", "status", "currency", "amount_minor", "principal_minor", "interest_minor", "late_minor", "fee_minor",
    "share_minor", "price_minor", "net_minor", "client_minor", "firm_minor",
)  # fmt: skip

#: a larger answer is fetched: GET /v1/instructions/{id}
DETAIL_BYTES_MAX = 4_096

SAMPLE_TYPE = "webhook.test"


class Decided(msgspec.Struct, frozen=True):
    """What planning reads of an instruction."""

    seq: int
    id: str
    kind: str
    state: str


class Moved(msgspec.Struct, frozen=True):
    """What planning reads of one move; `line` counts from 0."""

    seq: int
    line: int
    machine: str
    subject: str
    event: str


class Event(msgspec.Struct, frozen=True):
    """What is told once to each endpoint that wants it; in the order of (seq, number) for one subject."""

    lane: int
    seq: int
    number: int
    type: str
    subject: str

    @property
    def id(self) -> str:
        """The id that all tries of it carry; without a full stop, because one ends it where it is signed."""
        return f"evt_{self.lane}_{self.seq}_{self.number}"


def events(lane: int, decided: Decided, moves: Iterable[Moved]) -> Iterator[Event]:
    """Yield what is told of one instruction, in order.

    >>> bid = Decided(7, "W1", "withdrawal_result", "done")
    >>> for one in events(1, bid, [Moved(7, 0, "withdrawal", "W1", "bank_confirmed"), Moved(7, 1, "outbox", "W1", "answered")]):
    ...     print(one.id, one.type, one.subject)
    evt_1_7_0 instruction.done instruction:W1
    evt_1_7_1 withdrawal.bank_confirmed withdrawal:W1
    """
    if decided.kind in TOLD_KINDS:
        yield Event(lane, decided.seq, 0, f"instruction.{decided.state}", f"instruction:{decided.id}")
    for move in moves:
        if move.machine in TOLD_MACHINES:
            yield Event(
                lane, move.seq, move.line + 1, move_type(move.machine, move.event), f"{move.machine}:{move.subject}"
            )


def move_type(machine: str, event: str) -> str:
    """Return the type of a move; what people made of a quarantined instruction is told from what became of it at first."""
    return f"instruction.resolution_{event}" if machine == "instruction" else f"{machine}.{event}"


def types() -> list[str]:
    """Return every type there is, in the order of the documentation."""
    states = [f"instruction.{state}" for state in sorted({INSTRUCTION.initial} | INSTRUCTION.begins)]
    moves = [move_type(name, event) for name in sorted(TOLD_MACHINES) for event in sorted(MACHINES[name].events)]
    return [*states, *moves, SAMPLE_TYPE]


def is_wanted(event: Event, types: Iterable[str], subjects: Iterable[str]) -> bool:
    """Return whether an endpoint's filters let an event through."""
    return any(fits(one, event.type) for one in types) and any(fits(one, event.subject) for one in subjects)


def fits(pattern: str, text: str) -> bool:
    """Return whether a text is the pattern, or begins as it does before a star.

    >>> fits("withdrawal.*", "withdrawal.sent_to_bank"), fits("withdrawal", "withdrawal.sent_to_bank"), fits("*", "")
    (True, False, True)
    """
    return text.startswith(pattern[:-1]) if pattern.endswith("*") else text == pattern


# ── what is sent ─────────────────────────────────────────────────────────────
class Told(msgspec.Struct, frozen=True):
    """The rows of one event: its instruction, the batch it was decided in, and its move (of number 0: none)."""

    id: str
    kind: str
    state: str
    code: int
    why: str
    body: bytes
    detail: bytes
    at: datetime
    business_date: date
    machine: str | None
    subject: str | None
    event: str | None
    move_state: str | None


class InstructionTold(msgspec.Struct, frozen=True, omit_defaults=True):
    """What became of an instruction; `detail` as GET /v1/instructions/{id} answers it, left out when it is large."""

    seq: int
    number: int
    business_date: date
    instruction: str
    kind: str
    status: str
    code: str
    code_number: int
    about: dict[str, str | int | bool]
    why: str = ""
    detail: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET
    is_detail_left_out: bool = False


class MoveTold(msgspec.Struct, frozen=True, omit_defaults=True):
    """What happened to a subject, its state since, and by which instruction, where that is told."""

    seq: int
    number: int
    business_date: date
    machine: str
    id: str
    event: str
    state: str
    instruction: str = ""
    kind: str = ""
    about: dict[str, str | int | bool] = {}


class SampleTold(msgspec.Struct, frozen=True):
    """A test: nothing has happened."""

    endpoint: str


class Message(msgspec.Struct, frozen=True):
    """The body of a webhook. `timestamp` is when it was decided; `platform` whom it is for."""

    id: str
    type: str
    timestamp: datetime
    platform: str
    subject: str
    data: InstructionTold | MoveTold | SampleTold


def message(event: Event, told: Told, platform: str) -> bytes:
    """Return the bytes that are sent for an event."""
    data = _instruction(event, told) if event.number == 0 else _move(event, told)
    return canonical_json(Message(event.id, event.type, told.at.astimezone(UTC), platform, event.subject, data))


def sample_message(event_id: str, endpoint: str, platform: str, at: datetime) -> bytes:
    """Return the bytes of a test."""
    return canonical_json(Message(event_id, SAMPLE_TYPE, at, platform, f"webhook:{endpoint}", SampleTold(endpoint)))


def _instruction(event: Event, told: Told) -> InstructionTold:
    is_large = len(told.detail) > DETAIL_BYTES_MAX
    return InstructionTold(
        event.seq, event.number, told.business_date, told.id, told.kind, told.state, Code(told.code).name, told.code,
        _about(told), told.why, msgspec.UNSET if is_large else msgspec.Raw(told.detail), is_large,
    )  # fmt: skip


def _move(event: Event, told: Told) -> MoveTold:
    assert told.machine and told.subject and told.event and told.move_state, "a move's number finds its row"
    by = (told.id, told.kind, _about(told)) if told.kind in TOLD_KINDS else ("", "", {})
    return MoveTold(
        event.seq, event.number, told.business_date, told.machine, told.subject, told.event, told.move_state, *by
    )


def _about(told: Told) -> dict[str, str | int | bool]:
    body = msgspec.json.decode(told.body)
    return {name: body[name] for name in ABOUT if isinstance(body.get(name), str | int) and body[name] != ""}
