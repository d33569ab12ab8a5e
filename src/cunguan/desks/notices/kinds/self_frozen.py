"""Frozen by himself (本人紧急冻结): the client froze his own accounts."""

from django.utils.translation import gettext_noop

KIND = "self_frozen"
TITLE = gettext_noop("You froze your accounts")
TEXT = gettext_noop(
    "Nothing you ask for can leave any of your accounts. To lift it you are identified afresh, and two "
    "people of the custodian agree."
)
VALUES = ()
IS_SENT = True
LINK = "client:freeze"
