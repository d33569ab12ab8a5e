"""Words (签署用语): what an act that is no instruction is called on its page; one line an act."""

from typing import Final

from django.utils.translation import gettext, gettext_noop

#: act -> its words; an act that is not here is called by the last line
TITLES: Final = {
    "authenticator_addition": gettext_noop("Add a passkey or a code generator"),
    "authenticator_removal": gettext_noop("Remove a passkey or a code generator"),
    "authenticator_change": gettext_noop("Change your login name or password"),
    "data_export": gettext_noop("Export data"),
    "limit_raise": gettext_noop("Raise a limit"),
    "approval": gettext_noop("Approve"),
    "refusal": gettext_noop("Refuse"),
    "account_freeze": gettext_noop("Freeze your account"),
}
OTHER: Final = gettext_noop("Confirm that it is you")


def title_of(act: str) -> str:
    """Return what an act is called."""
    return gettext(TITLES.get(act, OTHER))
