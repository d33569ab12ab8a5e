"""Key replaced (更换确认密钥): what the client signs with in the books was replaced."""

from django.utils.translation import gettext_noop

KIND = "key_replaced"
TITLE = gettext_noop("What you confirm with was changed")
TEXT = gettext_noop(
    "From now on you confirm with another passkey on %(platform)s. If it was not you, freeze your accounts now."
)
VALUES = ("platform",)
IS_SENT = True
LINK = "client:freeze"
