"""Limit changed (限额调整): the client said other limits.

Lower ones count at once, higher ones a day later.
"""

from django.utils.translation import gettext_noop

KIND = "limit_changed"
TITLE = gettext_noop("Your limits were changed")
TEXT = gettext_noop(
    "For your account with %(platform)s. Lower limits count at once, higher ones a day later; until then you can take them back. "
    "If it was not you, freeze your accounts now."
)
VALUES = ("platform",)
IS_SENT = True
LINK = "client:limits"
