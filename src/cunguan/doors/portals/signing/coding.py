"""Coding (口令确认): a low amount is confirmed by the six digits of a code generator, where a passkey is not at hand.

When    the user has a code generator, each account has the custodian's key for it, and each act is one that a code is enough for
Shape   the code is checked here; the custodian's key of this client signs what was shown (keys/otp.py). It is the custodian's word,
        not the client's key: the books take it up to amount A and never for a mandate, a new payee, a key or a limit
        a code is good once; after some wrong ones he has to wait
Source  transparency.md part 6: "TOTP can't bind: low amounts only"; ADR 0048
"""

from collections.abc import Sequence
from typing import Final

from allauth.mfa.models import Authenticator
from django.http import HttpRequest
from django.utils.translation import gettext_noop

from cunguan.desks.people import attempts
from cunguan.desks.people.models import User
from cunguan.desks.signing.models import SignAssertion, SignRequest, SignShown
from cunguan.doors.portals.people import locks, totp
from cunguan.doors.portals.shell.house import house
from cunguan.doors.portals.shell.reading import row
from cunguan.doors.portals.signing.keeping import Kept, acts_of
from cunguan.doors.portals.signing.signing import OLD, Fault, account, keep, refusal
from cunguan.kernel.instruction import Evidence
from cunguan.keys.otp import OTP, CodeKeys
from cunguan.policy.step_up import code_is_enough

WRONG: Final = gettext_noop("The code is not right, or was used before. Wait for the next one and type its six digits.")
OFTEN: Final = gettext_noop("There were too many wrong codes. Wait a while, or use a passkey.")
NEEDS_PASSKEY: Final = gettext_noop("A code is not enough for this. Use a passkey.")
_FREE: Final = 5


def may_code(user: User, one: SignRequest) -> bool:
    """Return whether a code could confirm this request."""
    acts = acts_of(one)
    return bool(acts) and _generator(user) is not None and _keys(acts) is not None


def sign_by_code(request: HttpRequest, one: SignRequest, page: SignShown | None, code: str) -> Fault | None:
    """Check a code, sign by the custodian's key for this client, keep it and hand in."""
    user, now = request.reader.user, house().context.clock.now()
    acts = acts_of(one)
    if page is None or page.expires_at <= now:
        return Fault(OLD)
    keys = _keys(acts)
    if keys is None or _generator(user) is None:
        return Fault(NEEDS_PASSKEY)
    fault = next((found for act in acts if (found := refusal(user, act)) is not None), None) or _check(user, code)
    if fault is not None:
        return fault
    own = CodeKeys.open(house().context.home)
    evidence = own.confirm(user.reference, bytes(page.shown))
    public = own.public_key(user.reference)
    assertion = SignAssertion(
        request=one, page=page, credential_id=b"", evidence_kind=OTP, public_key=public, evidence=evidence, signed_at=now,
    )  # fmt: skip
    return keep(user, one, assertion, [Evidence(OTP, key, public, evidence) for key in keys])


def _check(user: User, code: str) -> Fault | None:
    now = house().context.clock.now()
    tries = locks.index("signing-code", str(user.pk))
    if attempts.waits_until([tries], now) is not None:
        return Fault(OFTEN)
    if (
        totp.used(user, "".join(code.split()), now) is None
    ):  # by the step it was for: one that signed in confirms nothing
        attempts.failed(tries, _FREE, now)
        return Fault(WRONG)
    attempts.forgive(tries)
    return None


def _generator(user: User) -> Authenticator | None:
    found: Authenticator | None = Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).first()
    return found


def _keys(acts: Sequence[Kept]) -> list[str] | None:
    """Return the custodian's key of each account, where a code is enough for all of them."""
    day, keys = house().context.clock.now().astimezone(house().context.zone).date(), []
    for act in acts:
        of, text = account(act), act.text
        own = CodeKeys.open(house().context.home).public_key(str(of["person"]))
        known = row("signing_key", {"lane": act.lane, "holder": text.owner, "evidence_kind": OTP, "public_key": own})
        if known is None or not code_is_enough(
            text.kind, text.type, text.amount_minor, str(of.get("currency", "")), day
        ):
            return None
        keys.append(str(known["id"]))
    return keys
