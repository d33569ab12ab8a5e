"""Acting (发起操作): a page asks for an instruction, and tells what became of it when the client comes back from signing.

When    a form of this portal was read through and confirmed
Shape   confirm: the instruction under an id of its own, to be shown and signed (doors/portals/signing)
        outcomes: one line for each that was signed, in words a client understands, and what he may do
"""

import uuid
from typing import Final

import msgspec
from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cunguan.doors.catalogue.codes_zh import SAYS_ZH
from cunguan.doors.portals.shell.tongue import either
from cunguan.doors.portals.signing.begin import Wanted, begin
from cunguan.doors.portals.signing.done import outcome
from cunguan.kernel.codes import TRANSIENT, Code
from cunguan.kernel.instruction import Answer, Instruction

#: what a client can do about a refusal; what is not here is told by the code's own words
WHAT_TO_DO: Final[dict[Code, Promise]] = {
    Code.insufficient_balance: _("There is not enough available, with the fee. Nothing was taken. Try a smaller amount."),
    Code.account_locked: _("Your account is locked. See the freeze page for how it is opened."),
    Code.account_not_active: _("Your account cannot be used now. Ask the custodian."),
    Code.card_cooling: _("The card was bound a short while ago. Wait until the day shown beside it."),
    Code.card_not_active: _("The card cannot be used. Bind another one."),
    Code.outgoing_stopped: _(
        "The custodian has stopped payments out while a difference is cleared up. Your money stays yours. Try again later."
    ),
    Code.pool_cover_failed: _("Payments out wait until the pool is whole again. Your money stays yours."),
    Code.authority_key_differs: _("This account is confirmed by another passkey. Sign in with that one."),
    Code.withdrawal_not_held: _("It was on its way to the bank already and can no longer be taken back."),
    Code.withdrawal_final: _("It had ended already."),
    Code.mandate_not_active: _("It had ended already."),
    Code.fee_notice_too_short: _("These fees may be agreed to when their notice period is over."),
    Code.limit_exceeded: _("It is more than your limits let out. Withdraw less, or raise the limit: it counts a day later."),
    Code.step_up_required: _("One-time codes are not enough for this amount. Sign with a passkey."),
    Code.not_due_yet: _("A claim is held for a while before it may be sold."),
}  # fmt: skip


class Outcome(msgspec.Struct, frozen=True):
    """What became of one act: done, waiting for the plane's word, or refused, with what to do."""

    is_done: bool
    is_waiting: bool
    text: str


def new_id() -> str:
    """Return an id for an instruction of this portal."""
    return f"portal:{uuid.uuid4().hex}"


def confirm(request: HttpRequest, lane: int, kind: str, body: msgspec.Struct, back: str, id: str = "") -> HttpResponse:
    """Send the client to read and sign an instruction."""
    return begin(request, [Wanted(lane, Instruction(id or new_id(), kind, body))], back=back)


def outcomes(request: HttpRequest) -> list[Outcome]:
    """Return what became of what he signed last, where he comes from signing."""
    token = request.GET.get("signed", "")
    return [_told(one) for one in outcome(request, token)] if token else []


def _told(answer: Answer) -> Outcome:
    if answer.code is Code.done:
        return Outcome(True, False, gettext("Done."))
    if answer.code in TRANSIENT or answer.code is Code.in_doubt:
        text = gettext(
            "We have your word and are carrying it out. Please do not ask for it again; look here in a moment."
        )
        return Outcome(False, True, text)
    return Outcome(False, False, what_to_do(answer.code))


def what_to_do(code: Code) -> str:
    """Return a refusal in words, with what to do."""
    if code in WHAT_TO_DO:
        return str(WHAT_TO_DO[code])
    said = either(code.name.replace("_", " "), SAYS_ZH.get(code.name, code.name))
    return gettext("It was refused: %(said)s. Nothing was moved.") % {"said": said}
