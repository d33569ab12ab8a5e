"""Orders (交易指令): which instructions stand in a check file, and what each says of amount, payer, payee and listing.

Reads   the body as it was asked, so that a refused order and the platform's copy of it say the same
Shape   ORDERS: kind -> the fields of its body. `*` several; posted: what it took out of holds and payments, for a body that names no
        amount; listing: the same, and what its listing is registered for where nothing was posted
Source  domain.md (e.1) R3
"""

from collections.abc import Mapping
from typing import Any, Final

import msgspec

POSTED, OF_LISTING = "posted", "listing"
SEVERAL: Final = "*"


class Said(msgspec.Struct, frozen=True):
    """Where an order names its parties: fields of the body, or `*`."""

    payer: str
    payee: str
    amount: tuple[str, ...]
    listing: str = ""


def _said(payer: str, payee: str, amount: str = "amount_minor", listing: str = "") -> Said:
    return Said(payer, payee, tuple(amount.split()), listing)


_OF_ROW = "principal_minor interest_minor late_minor"

ORDERS: Final[dict[str, Said]] = {
    # what the platform asks        payer        payee       amount            listing
    "bid_hold":             _said("lender",     "",         "amount_minor marketing_minor", "listing"),
    "bid_cancel":           _said("",           "lender"),
    "disbursement":         _said(SEVERAL,      SEVERAL,    OF_LISTING,       "listing"),
    "raise_failure":        _said("",           SEVERAL,    POSTED,           "listing"),
    "repayment":            _said("borrower",   SEVERAL,    _OF_ROW,          "listing"),
    "compensation":         _said("guarantor",  SEVERAL,    _OF_ROW,          "listing"),
    "guarantor_repayment":  _said("borrower",   SEVERAL,    _OF_ROW,          "listing"),
    "claim_purchase":       _said("buyer",      "",         "price_minor"),
    "fee_charge":           _said("holder",     "",         "fee_minor"),
    "red_packet":           _said("",           "holder"),
    "interest_top_up":      _said("",           "holder"),
    "general_hold":         _said("holder",     ""),
    "general_hold_release": _said("",           ""),
    "withdrawal":           _said("holder",     ""),
    "withdrawal_cancel":    _said("",           "holder"),
    "client_debt_repayment": _said("holder",    ""),
    "platform_transfer":    _said("",           ""),
    "partner_share":        _said("",           "partner"),
    "partner_payout":       _said("partner",    ""),
    "fee_payout":           _said("",           ""),
    "unused_money_back":    _said("",           ""),
    # what a bank or a channel says
    "deposit_notice":       _said("",           "holder"),
    "deposit_settlement":   _said("",           ""),
    "deposit_direct":       _said("",           "holder"),
    "channel_net_settlement": _said("",         "",         "net_minor fee_minor"),
    "platform_money_in":    _said("",           ""),
    "unidentified_receipt": _said("",           ""),
    "withdrawal_result":    _said("",           ""),
    "withdrawal_return":    _said("",           ""),
    "payout_result":        _said("",           ""),
    "payout_returned":      _said("",           ""),
    # what the custodian does
    "hold_expiry":          _said("",           "",         POSTED),
    "withdrawal_intercept": _said("",           "",         POSTED),
    "suspense_allocation":  _said("",           "holder"),
    "suspense_return":      _said("",           ""),
    "fee_refund":           _said("",           ""),
    "adjustment":           _said("holder",     "",         "client_minor firm_minor"),
    "charge_back":          _said("holder",     ""),
    "dormancy":             _said("holder",     ""),
    "unclaimed_return":     _said("",           ""),
    "succession_transfer":  _said("holder",     "heir"),
}  # fmt: skip

#: kinds whose amount is what they posted; and those that otherwise are about all their listing is for
BY_POSTINGS: Final = tuple(kind for kind, said in ORDERS.items() if said.amount == (POSTED,))
BY_LISTING: Final = frozenset(kind for kind, said in ORDERS.items() if said.amount == (OF_LISTING,))


class Parties(msgspec.Struct, frozen=True):
    """What an order says."""

    payer: str
    payee: str
    listing: str
    amount_minor: int


def parties(kind: str, body: Mapping[str, Any], other_minor: int) -> Parties:
    """Return what an order says; `other_minor` is its amount where the body names none.

    >>> parties("bid_hold", {"lender": "ann", "listing": "X", "amount_minor": 5, "marketing_minor": 1, "mandate": ""}, 0)
    Parties(payer='ann', payee='', listing='X', amount_minor=6)
    """
    said = ORDERS[kind]
    has_none = said.amount in ((POSTED,), (OF_LISTING,))
    amount_minor = other_minor if has_none else sum(body[name] for name in said.amount)
    return Parties(_named(said.payer, body), _named(said.payee, body), _named(said.listing, body), amount_minor)


def _named(field: str, body: Mapping[str, Any]) -> str:
    return field if field in ("", SEVERAL) else str(body[field])
