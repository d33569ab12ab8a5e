"""Kinds (指令受理范围): who may ask for each kind of instruction at the platform's door.

When    an instruction comes in, before its body is read to its type
Shape   PLATFORM: asked for at POST /v1/instructions and in batches; whatever moves a client's money among them needs the client's
        word besides, which the plane checks. ELSEWHERE: this door has a way of its own for it. All others are for the
        custodian's people or his system, and never for a platform
        AS_CLIENT: fields that say on whose authority or by whose timer; at this door they can say one thing
Errors  Problem 403 kind_not_for_platforms, which says who may ask; 422 unknown_kind
Source  domain.md (b.1) and (c); docs/instructions.md "Authority"; a new kind is one line here, or a test fails
"""

from collections.abc import Mapping
from typing import Any, NoReturn

from cunguan.doors.api.problem import Problem
from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Instruction
from cunguan.operations.catalogue import Operation, operations

CLERK = "two people of the custodian"
ONE_CLERK = "a person of the custodian"
HIMSELF = "the client himself, at the custodian's page"
SYSTEM = "the custodian's system, by the evidence of a bank, a channel, a timer or another lane"
BANK = "the custodian, by what its bank shows"

#: a client's own wish, or a debit under his mandate or his fee schedule
_OF_CLIENTS = (
    "account_closing", "account_closing_withdrawn", "bid_cancel", "bid_hold", "card_binding", "card_unbind",
    "claim_purchase", "claim_sale", "claim_sale_cancel", "client_debt_repayment", "client_return", "compensation",
    "fee_charge", "fee_consent", "general_hold", "guarantee", "guarantor_repayment", "import_confirmation",
    "listing_registration", "mandate_grant", "mandate_revoke", "repayment", "trustee_payee", "trustee_payee_revoke",
    "withdrawal", "withdrawal_cancel",
)  # fmt: skip

#: the platform's own business: its listings, its money, what is switched off and says why
_OF_THE_PLATFORM = (
    "auto_recharge", "auto_withdrawal", "claim_end", "disbursement", "interest_repayment", "interest_top_up",
    "partner_share", "plan_hold", "platform_compensation", "platform_transfer", "profit_sharing", "raise_failure",
    "raise_opening", "red_packet", "red_packet_cancel",
)  # fmt: skip

PLATFORM = frozenset(_OF_CLIENTS + _OF_THE_PLATFORM)

ELSEWHERE: Mapping[str, str] = {
    "account_opening": "POST /v1/openings: the client opens his account at the custodian's page",
    "person_registration": "POST /v1/openings: the client opens his account at the custodian's page",
    "adjustment_request": "POST /v1/reversals",
    "adjustment_refusal": "POST /v1/reversals/{id}/withdrawal withdraws a request of yours; two people of the custodian refuse",
}

#: who may ask for what no platform can
OTHERS: Mapping[str, str] = {
    **dict.fromkeys((
        "account_closed", "account_resumption", "account_review", "account_suspension", "adjustment", "bid_resume",
        "break_parking",
        "card_check", "card_review", "charge_back", "client_debt_borne", "death_record", "death_withdrawal", "dormancy",
        "fee_payout", "fee_refund", "fee_schedule", "general_hold_release", "hold_clearance", "key_replacement",
        "lane_opening", "legal_lift", "legal_order", "legal_renewal", "legal_taking", "opening_import", "outgoing_resume",
        "partner_payout",
        "partner_registration", "payee_binding", "payment_release", "payout_cancel", "person_self_unlock", "person_unlock",
        "platform_registration", "pool_interest_share", "pool_line", "pool_loss", "pool_opening", "pool_papers", "pool_top_up",
        "prudent_top_up", "prudent_top_up_back", "quarantine_resolution", "related_party", "succession_end",
        "succession_transfer", "suspense_allocation", "suspense_return", "trustee_payee_review", "unclaimed_handover",
        "unclaimed_return", "unused_money_back", "withdrawal_intercept",
    ), CLERK),
    **dict.fromkeys(("card_invalid", "person_lock"), ONE_CLERK),
    **dict.fromkeys(("client_limit", "key_addition", "key_removal", "person_self_lock"), HIMSELF),
    **dict.fromkeys(("client_debt_recovery", "pool_interest"), BANK),
    **dict.fromkeys((
        "bar", "bid_stop", "channel_net_settlement", "claim_sale_expiry", "day_close", "death_record_here", "death_withdrawal_here",
        "deposit_direct", "deposit_notice", "deposit_settlement", "hold_expiry", "legal_expiry", "legal_order_here",
        "legal_order_report", "limit_release", "limit_reserve", "message_answered", "outgoing_stop", "payment_found", "payment_unmatched",
        "payout_result", "payout_returned", "payout_sent", "person_link", "person_lock_here", "person_unlock_here",
        "platform_money_in", "run_step", "unidentified_receipt", "withdrawal_result", "withdrawal_return", "withdrawal_sent",
    ), SYSTEM),
}  # fmt: skip

AS_CLIENT: Mapping[str, Mapping[str, Any]] = {
    "general_hold": {"authority": "P", "instrument": "", "maker": "", "checker": ""},
    "raise_failure": {"timer": False},
}


def asked_for(kind: str, instruction_id: str) -> Operation:
    """Return the operation of a kind that a platform may ask for here."""
    found = operations().get(kind)
    if found is None:
        raise Problem(
            422, Code.unknown_kind, f"there is no instruction {kind[:64]!r}: /docs lists them", field="kind",
            instruction_id=instruction_id,
        )  # fmt: skip
    if kind not in PLATFORM:
        _not_for_platforms(kind, instruction_id)
    return found


def check(instruction: Instruction) -> None:
    """Refuse an instruction that speaks for the custodian in a field of it."""
    for name, only in AS_CLIENT.get(instruction.kind, {}).items():
        if getattr(instruction.body, name) != only:
            raise Problem(
                403, Code.kind_not_for_platforms, f"a platform can only say {only!r} here: the rest is said by {CLERK}",
                field=f"body.{name}", instruction_id=instruction.id,
            )  # fmt: skip


def _not_for_platforms(kind: str, instruction_id: str) -> NoReturn:
    way = ELSEWHERE.get(kind)
    who = f"use {way}" if way else f"it is asked for by {OTHERS.get(kind, CLERK)}"
    raise Problem(
        403, Code.kind_not_for_platforms, f"a platform does not send {kind}: {who}", field="kind",
        instruction_id=instruction_id,
    )  # fmt: skip
