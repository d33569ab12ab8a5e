"""States (状态): one table a machine, for the reader who asks what may happen next.

Append-only: a state once stored is never renamed or taken away; tests/golden/states.json holds them all.
"""

from typing import Final

from cunguan.kernel.machine import Machine
from cunguan.states.account import ACCOUNT
from cunguan.states.adjustment import ADJUSTMENT
from cunguan.states.authority import AUTHORITY
from cunguan.states.bid_stop import BID_STOP
from cunguan.states.break_ import BREAK
from cunguan.states.card import CARD
from cunguan.states.case import CASE
from cunguan.states.claim import CLAIM
from cunguan.states.claim_sale import CLAIM_SALE
from cunguan.states.client_debt import CLIENT_DEBT
from cunguan.states.complaint import COMPLAINT
from cunguan.states.contract import CONTRACT
from cunguan.states.day import DAY
from cunguan.states.deposit import DEPOSIT
from cunguan.states.fee_consent import FEE_CONSENT
from cunguan.states.fee_schedule import FEE_SCHEDULE
from cunguan.states.general_hold import GENERAL_HOLD
from cunguan.states.hold import HOLD
from cunguan.states.instruction import INSTRUCTION
from cunguan.states.legal_order import LEGAL_ORDER
from cunguan.states.listing import LISTING
from cunguan.states.lock_order import LOCK_ORDER
from cunguan.states.mandate import MANDATE
from cunguan.states.order_here import ORDER_HERE
from cunguan.states.outbox import OUTBOX
from cunguan.states.outgoing_stop import OUTGOING_STOP
from cunguan.states.partner import PARTNER
from cunguan.states.party import PARTY
from cunguan.states.payee import PAYEE
from cunguan.states.payout import PAYOUT
from cunguan.states.person import PERSON
from cunguan.states.plan_row import PLAN_ROW
from cunguan.states.platform import PLATFORM
from cunguan.states.platform_file import PLATFORM_FILE
from cunguan.states.pool import POOL
from cunguan.states.proposal import PROPOSAL
from cunguan.states.related_party import RELATED_PARTY
from cunguan.states.reservation import RESERVATION
from cunguan.states.run import RUN
from cunguan.states.shortfall import SHORTFALL
from cunguan.states.statement import STATEMENT
from cunguan.states.subject import SUBJECT
from cunguan.states.suspense_item import SUSPENSE_ITEM
from cunguan.states.trustee_payee import TRUSTEE_PAYEE
from cunguan.states.unclaimed import UNCLAIMED
from cunguan.states.withdrawal import WITHDRAWAL

MACHINES: Final[dict[str, Machine]] = {
    machine.name: machine
    for machine in (
        ACCOUNT,
        ADJUSTMENT,
        AUTHORITY,
        BID_STOP,
        BREAK,
        CARD,
        CASE,
        CLAIM,
        CLAIM_SALE,
        CLIENT_DEBT,
        COMPLAINT,
        CONTRACT,
        DAY,
        DEPOSIT,
        FEE_CONSENT,
        FEE_SCHEDULE,
        GENERAL_HOLD,
        HOLD,
        INSTRUCTION,
        LEGAL_ORDER,
        LISTING,
        LOCK_ORDER,
        MANDATE,
        ORDER_HERE,
        OUTBOX,
        OUTGOING_STOP,
        PARTNER,
        PARTY,
        PAYEE,
        PAYOUT,
        PERSON,
        PLAN_ROW,
        PLATFORM,
        PLATFORM_FILE,
        POOL,
        PROPOSAL,
        RELATED_PARTY,
        RESERVATION,
        RUN,
        SHORTFALL,
        STATEMENT,
        SUBJECT,
        SUSPENSE_ITEM,
        TRUSTEE_PAYEE,
        UNCLAIMED,
        WITHDRAWAL,
    )
}
