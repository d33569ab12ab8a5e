"""Wording (通知用语): a notice in its reader's language.

When    a page lists notices, or a channel sends one
Shape   Said: title and text; a value that is money, a day or a word of ours is put as the language writes it
"""

from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

import msgspec
from django.utils import formats, timezone
from django.utils.translation import gettext, gettext_noop

from cunguan.desks.notices.kinds import kinds
from cunguan.kernel.money import format_minor

if TYPE_CHECKING:
    from cunguan.desks.notices.models import (
        Notice,  # a model wants Django's apps, which whoever only sends has no use for
    )

#: what an instruction is for the one whose money it moves
WHAT: Final = {
    "adjustment": gettext_noop("a correction of a wrong credit"),
    "auto_withdrawal": gettext_noop("a withdrawal"),
    "bid_hold": gettext_noop("a bid, set aside until the listing is full"),
    "charge_back": gettext_noop("a deposit that your bank took back"),
    "claim_purchase": gettext_noop("a claim you bought"),
    "client_debt_recovery": gettext_noop("what you owed the custodian"),
    "client_debt_repayment": gettext_noop("what you owed the custodian"),
    "compensation": gettext_noop("a payment for a borrower as his guarantor"),
    "deposit_settlement": gettext_noop("a deposit that did not arrive"),
    "disbursement": gettext_noop("a bid, now lent to the borrower"),
    "dormancy": gettext_noop("kept apart because the account was not used for long; it stays yours"),
    "fee_charge": gettext_noop("a fee you agreed to"),
    "general_hold": gettext_noop("an amount that is held for a time; its movement says on whose word"),
    "guarantor_repayment": gettext_noop("paid back to your guarantor"),
    "legal_order_here": gettext_noop("frozen by order of an authority"),
    "legal_taking": gettext_noop("taken by order of an authority"),
    "repayment": gettext_noop("a repayment of your loan"),
    "withdrawal": gettext_noop("a withdrawal, on its way to your bank"),
    "withdrawal_result": gettext_noop("a withdrawal your bank was paid"),
}
OTHER: Final = gettext_noop("a movement of your account")

#: why it has not gone out (sending.WHY)
WHY: Final = {
    "not_connected": gettext_noop("The gateway cannot be reached"),
    "tls_failed": gettext_noop("The gateway's certificate was not believed"),
    "timed_out": gettext_noop("The gateway did not answer in time"),
    "broken_off": gettext_noop("The connection to the gateway broke off"),
    "status": gettext_noop("The gateway answered with an error"),
    "wrong_answer": gettext_noop("The gateway's answer was not of the agreed form"),
    "not_accepted": gettext_noop("The gateway did not accept it"),
    "no_details": gettext_noop("The reader's details could not be decrypted"),
    "no_words": gettext_noop("Its words could not be made: ours to mend"),
}


class Said(msgspec.Struct, frozen=True):
    """A notice in words; `link` names the page where there is more."""

    title: str
    text: str
    link: str


def said(notice: "Notice") -> Said:
    """Return a notice in the language of now."""
    return said_of(notice.kind, notice.values)


def said_of(name: str, told: dict[str, Any]) -> Said:
    """Return a kind with its values in the language of now."""
    kind, values = kinds()[name], worded(told)
    return Said(gettext(kind.title) % values, gettext(kind.text) % values, kind.link)


def worded(values: dict[str, Any]) -> dict[str, str]:
    """Return values as they are shown."""
    shown = {}
    for name, value in values.items():
        if name.endswith("_minor"):
            shown[name.removesuffix("_minor")] = f"{format_minor(int(value), values['currency'])} {values['currency']}"
        elif name == "what":
            shown[name] = gettext(WHAT.get(value, OTHER))
        else:
            shown[name] = _moment(value) if name in ("at", "until") else str(value)
    return shown


def _moment(value: Any) -> str:
    text = str(value)
    if len(text) == 10:
        return formats.date_format(date.fromisoformat(text), "SHORT_DATE_FORMAT")
    return formats.date_format(timezone.localtime(datetime.fromisoformat(text)), "SHORT_DATETIME_FORMAT")
