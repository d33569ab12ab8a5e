"""Card removed (解绑银行卡): a card was unbound."""

from django.utils.translation import gettext_noop

KIND = "card_removed"
TITLE = gettext_noop("A bank card was unbound")
TEXT = gettext_noop("A bank card was unbound from your account with %(platform)s.")
VALUES = ("platform",)
IS_SENT = True
LINK = ""
