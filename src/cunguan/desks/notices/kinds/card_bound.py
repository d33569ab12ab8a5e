"""Card bound (绑定银行卡): a card was bound to the client's account."""

from django.utils.translation import gettext_noop

KIND = "card_bound"
TITLE = gettext_noop("A new bank card was bound")
TEXT = gettext_noop(
    "A bank card was bound to your account with %(platform)s. For a time nothing can be withdrawn to it. "
    "If it was not you, freeze your accounts now."
)
VALUES = ("platform",)
IS_SENT = True
LINK = "client:freeze"
