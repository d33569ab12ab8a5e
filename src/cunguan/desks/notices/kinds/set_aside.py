"""Set aside (资金冻结): money of the client was put apart inside his account: for what he agreed to, or by a decision."""

from django.utils.translation import gettext_noop

KIND = "set_aside"
TITLE = gettext_noop("Set aside: %(amount)s")
TEXT = gettext_noop("%(amount)s was set aside in your account with %(platform)s for: %(what)s. It is still yours.")
VALUES = ("amount_minor", "currency", "platform", "what", "instruction")
IS_SENT = True
LINK = "client:movements"
