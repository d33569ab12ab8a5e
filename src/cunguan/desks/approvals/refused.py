"""Refused (不予受理): why somebody may not propose, sign or edit; a code for programs, words for people.

Shape   WORDS: the sentence of each code that this desk refuses with, translated when it is shown
"""

from collections.abc import Mapping
from typing import Final

from django.utils.translation import gettext, gettext_noop

from cunguan.kernel.codes import Code

WORDS: Final[Mapping[Code, str]] = {
    Code.proposal_not_found: gettext_noop("There is no such proposal."),
    Code.role_not_allowed: gettext_noop("Your role does not allow this, or not for this amount."),
    Code.already_signed: gettext_noop("You have signed this version already."),
    Code.version_changed: gettext_noop("It was changed meanwhile: read it again before you sign."),
    Code.approver_is_maker: gettext_noop("Who asked for it does not check it: somebody else must sign."),
    Code.granted_by_maker: gettext_noop("Who asks for this gave you your role within the last day: somebody else must sign."),
    Code.roles_exclude_each_other: gettext_noop("Nobody may both change roles and approve money."),
    Code.proposal_expired: gettext_noop("It was not signed in time: ask for it again."),
    Code.passkey_signature_missing: gettext_noop("Sign with your passkey: no fresh signature of exactly this text was found."),
    Code.state_forbids: gettext_noop("It is over, or on its way: nothing can be changed any more."),
    Code.reason_missing: gettext_noop("Say why."),
    Code.details_missing: gettext_noop("Something that it needs is missing."),
    Code.malformed: gettext_noop("A field cannot be read as it should."),
    Code.unknown_kind: gettext_noop("Nothing of this kind can be proposed."),
    Code.unknown_lane: gettext_noop("Choose the platform it is about."),
}  # fmt: skip


class Refused(Exception):
    """Why not; `about` names the field or the thing."""

    def __init__(self, code: Code, about: str = "") -> None:
        super().__init__(f"{code.name}: {about}" if about else code.name)
        self.code, self.about = code, about

    @property
    def says(self) -> str:
        """The sentence, in the reader's language."""
        sentence = gettext(WORDS[self.code]) if self.code in WORDS else self.code.name
        return f"{sentence} ({self.about})" if self.about else sentence
