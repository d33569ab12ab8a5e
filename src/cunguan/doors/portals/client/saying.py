"""Saying (结果说明): what an answer's code means for the client, and what he can do now.

Shape   one sentence a code; what has none is told with the code's name, so that he can read it out on the telephone
"""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cunguan.kernel.codes import Code

_SAID: Final[dict[Code, Promise]] = {
    Code.in_doubt: _("It is not known yet whether it was done. Do not repeat it; look here again in a minute."),
    Code.id_number_wrong: _("The ID number is not right: compare it with your document, digit by digit."),
    Code.id_type_unknown: _("Choose the kind of document."),
    Code.identity_differs: _(
        "Name, ID, mobile and card do not belong to one person by the register. Use the mobile that you left with the bank of this card."
    ),
    Code.identity_elements_missing: _("Something is missing: name, ID number, mobile and card are all needed."),
    Code.age_too_low: _("An account is for who is 18 or older."),
    Code.card_number_wrong: _("The card number is not right: compare it with your card, digit by digit."),
    Code.check_expired: _("The document is no longer valid. Use one that is."),
    Code.screening_hit: _("The custodian must look at your application first. Call us, or wait until we call you."),
    Code.owners_do_not_add_up: _("The shares are more than the whole, or somebody with a quarter may be missing."),
    Code.person_not_verified: _("Your identity could not be confirmed."),
    Code.details_missing: _(
        "The platform that sent you has not told us whom it sends, so we open nothing. Ask it to bring your details, then come again."
    ),
    Code.person_locked: _("You are locked at the custodian. Call us."),
    Code.account_exists: _("You have such an account already."),
    Code.account_locked: _("The account is locked. Call us."),
    Code.account_under_review: _("The account is still under review."),
    Code.pool_not_active: _("This platform takes no new accounts now."),
    Code.card_in_use: _("A withdrawal is on its way to your card. Change the card when it has arrived."),
    Code.uncleared_money: _("A deposit has not cleared yet. Change the card when it has."),
    Code.card_under_review: _("Another change of your card is being looked at. Wait for its result."),
    Code.card_exists: _("This card is bound already."),
    Code.card_not_active: _("This card is not bound any more."),
    Code.account_not_empty: _("There is money in the account. Withdraw it first; then the card can be unbound."),
    Code.lane_busy: _("Many people are asking at once. Nothing was done; try again in a minute."),
}


def said(code: Code) -> str:
    """Return what a code means for the client."""
    sentence = _SAID.get(code)
    if sentence is not None:
        return str(sentence)
    return gettext("It was not done. If you call us, say this word: %(code)s") % {"code": code.name}
