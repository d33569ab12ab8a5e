"""Words (客户门户用语): what kinds of instructions, balances, roles, states and other sides are called to a client.

Shape   English here, the translations in locale; a kind that has no words here stands by the name of its file in operations/
"""

from functools import cache
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from cunguan.doors.portals.shell.tongue import either
from cunguan.doors.receipts.page import kinds

Words = dict[str, Promise]

#: what each of the five balances is called, and what it means
BALANCES: Final[dict[str, tuple[Promise, Promise]]] = {
    "available": (_("Available"), _("Yours to use now: you can invest it or withdraw it.")),
    "uncleared": (
        _("Not cleared yet"),
        _("You have paid it in, but the payment channel has not paid the bank yet. It becomes available when it has."),
    ),
    "held": (
        _("Held"),
        _(
            "Set aside for something you agreed to, such as a bid, or held for a time by a decision that its movement names. "
            "It is still yours; it goes there or comes back, and nowhere else."
        ),
    ),
    "outbound": (_("In transit"), _("On its way to your card. It is yours until the bank says that it has arrived.")),
    "frozen": (
        _("Frozen"),
        _("Frozen by an order of an authority. It stays yours; nobody can use it until the order ends."),
    ),
}

ROLES: Final[Words] = {
    "lender": _("Lender"),
    "borrower": _("Borrower"),
    "guarantor": _("Guarantor"),
    "trustee": _("Trustee"),
}

STATES: Final[Words] = {
    "active": _("active"),
    "pending_review": _("waits for review"),
    "documents_missing": _("documents are missing"),
    "review_locked": _("locked, waits for review"),
    "imported": _("taken over, waits for your word"),
    "import_locked": _("taken over, locked"),
    "locked": _("locked"),
    "suspended": _("suspended"),
    "dormant": _("dormant"),
    "closing": _("being closed"),
    "succession": _("in succession"),
    "closed": pgettext_lazy("account", "closed"),
    "refused": pgettext_lazy("account", "refused"),
    "unbound": _("unbound"),
    "invalid": _("refused by the bank"),
    "done": _("done"),
}

#: what has moved a client's money
KINDS: Final[Words] = {
    "deposit_direct": _("Deposit by transfer"),
    "deposit_notice": _("Deposit announced"),
    "deposit_settlement": _("Deposit cleared"),
    "channel_net_settlement": _("Deposits cleared by the channel"),
    "withdrawal": _("Withdrawal"),
    "withdrawal_result": _("Result of a withdrawal"),
    "withdrawal_cancel": _("Withdrawal taken back"),
    "withdrawal_intercept": _("Withdrawal stopped"),
    "withdrawal_return": _("Withdrawal returned by the bank"),
    "bid_hold": _("Bid"),
    "bid_cancel": _("Bid taken back"),
    "hold_expiry": _("Hold ended"),
    "raise_failure": _("Listing not filled"),
    "disbursement": _("Loan paid out"),
    "repayment": _("Repayment"),
    "compensation": _("Compensation by the guarantor"),
    "guarantor_repayment": _("Guarantor paid back"),
    "run_step": _("Step of a large payment"),
    "interest_top_up": _("Interest top-up"),
    "claim_purchase": _("Claim bought or sold"),
    "fee_charge": _("Fee"),
    "fee_refund": _("Fee given back"),
    "red_packet": _("Red packet"),
    "adjustment": _("Correction"),
    "suspense_allocation": _("Payment assigned to you"),
    "general_hold": _("Amount set aside"),
    "general_hold_release": _("Amount given back"),
    "legal_order_here": _("Legal freeze"),
    "legal_lift": _("Legal freeze lifted"),
    "legal_expiry": _("Legal freeze ended"),
    "legal_taking": _("Taken by legal order"),
    "charge_back": _("Deposit taken back by the channel"),
    "client_debt_repayment": _("Debt repaid"),
    "client_debt_recovery": _("Charge-back undone"),
    "pool_interest_share": _("Interest of the account"),
    "opening_import": _("Balance taken over"),
    "dormancy": _("Moved to unclaimed"),
    "unclaimed_return": _("Unclaimed balance returned"),
    "succession_transfer": _("Succession"),
    "listing_registration": _("Listing registered"),
    "partner_share": _("Partner's share"),
    "platform_transfer": _("Transfer of the platform"),
}

#: what may stand on the other side of a client's posting, by the chart's code
SIDES: Final[Words] = {
    "1010": _("the pool's account at the bank"),
    "1020": _("the payment channel"),
    "1030": _("the custodian's own money"),
    "1040": _("what you owe"),
    "2010": _("another client's available balance"),
    "2015": _("another client's uncleared balance"),
    "2020": _("another client's held balance"),
    "2030": _("another client's money in transit"),
    "2040": _("another client's frozen balance"),
    "2110": _("the platform's fees"),
    "2120": _("the platform's marketing money"),
    "2125": _("marketing money that was set aside"),
    "2130": _("the platform's interest money"),
    "2150": _("the platform's own money"),
    "2155": _("the platform's money in transit"),
    "2160": _("a partner of the platform"),
    "2210": _("payments that were not assigned yet"),
    "2220": _("returned payments"),
    "2230": _("differences under examination"),
    "2240": _("the account's interest"),
    "2310": _("unclaimed balances"),
    "3010": _("the custodian's own money"),
}

#: what a client's word may be for, beside kinds of instructions: types of mandates
TYPES: Final[Words] = {
    "bid": _("Bids"),
    "repayment": _("Repayments"),
    "withdrawal": _("Withdrawals"),
}

#: how a confirmation was given
EVIDENCE: Final[Words] = {
    "webauthn_es256": _("Your passkey, after fingerprint, face or PIN"),
    "webauthn_ed25519": _("Your passkey, after fingerprint, face or PIN"),
    "webauthn_rs256": _("Your passkey, after fingerprint, face or PIN"),
    "sandbox_ed25519": _("The sandbox's test key"),
    "two_names": _("Two people of the custodian"),
}

AUTHORITIES: Final[Words] = {
    "P": _("Your confirmation of this very instruction"),
    "A": _("Your standing mandate"),
    "F": _("The fee schedule you agreed to"),
    "L": _("A legal order"),
    "M": _("A decision by two people of the custodian"),
}

VERDICTS: Final[Words] = {
    "agrees": _("books and bank agree"),
    "explained": _("they agree; what differs in time is explained"),
    "differs": _("a difference is being examined"),
    "incomplete": _("a statement of the bank is still missing"),
}


def kind(name: str) -> str:
    """Return what a kind of instruction is called."""
    said = KINDS.get(name)
    if said is not None:
        return str(said)
    return either(*_catalogue().get(name, (name, name)))


def of(table: Words, name: str) -> str:
    """Return a word of a table; what is not in it stands as it is."""
    return str(table[name]) if name in table else gettext(name)


@cache
def _catalogue() -> dict[str, tuple[str, str]]:
    return dict(kinds())
