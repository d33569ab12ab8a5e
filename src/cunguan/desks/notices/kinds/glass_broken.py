"""Glass broken (应急授权): a role was granted past the approvals, for a few hours."""

from django.utils.translation import gettext_noop

KIND = "glass_broken"
TITLE = gettext_noop("The glass was broken: a role was granted past the approvals")
TEXT = gettext_noop("%(who)s has the role %(role)s for four hours. The reason given: %(why_said)s")
VALUES = ("who", "role", "why_said")
IS_SENT = True
LINK = ""
