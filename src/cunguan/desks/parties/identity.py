"""Identity (身份核验): who somebody says he is, and the three ports that say whether he is.

When    an account is opened, a card bound, access recovered, a large sum paid out for the first time; and again when due
Shape   Identity: what he says. Verified, NotVerified: what is answered; a port that does not answer is `in_doubt`, never a yes
        Verifier: name, ID, mobile and card belong together (two, three or four elements)
        Screening: nobody of sanctions lists, or of those with public functions (PEP), has this name
        Liveness: a living person, the one of the document, sits before the camera; his picture stays with the port, we keep its
        signed verdict alone
Order   kind of document, its number, age, what is asked for, then the port: nobody outside is asked what can be seen here
Errors  none: what may go wrong is an answer
Source  domain.md (c.1) A1, A2; issue "People" 1; docs/parties.md
"""

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Final, Protocol

import msgspec

from cunguan.desks.parties import numbers
from cunguan.kernel.codes import Code

#: which elements are compared, by how many are asked for (二要素、三要素、四要素)
ELEMENTS: Final = {
    2: ("name", "id_number"),
    3: ("name", "id_number", "mobile"),
    4: ("name", "id_number", "mobile", "card"),
}
#: days after which a check is made again [K: no text of law names them]
VERIFIED_DAYS, SCREENED_DAYS, LIVE_DAYS = 365, 30, 1
#: a client's age is counted by the date in China
_CHINA: Final = timezone(timedelta(hours=8))


class Identity(msgspec.Struct, frozen=True):
    """Who somebody says he is; `mrz`: the second machine readable line of a passport, where it was read."""

    name: str
    id_type: str
    id_number: str
    mobile: str = ""
    card: str = ""
    mrz: str = ""

    def __repr__(self) -> str:
        """Say nothing of what stands in it: it may come into a log."""
        return f"Identity({self.id_type})"


class Verified(msgspec.Struct, frozen=True):
    """A port said yes: which, under what reference of its own, and how long that is good for.

    elements   how many were compared; 0 where the check is of another kind
    birth      as the document's number says it, None where it says nothing
    """

    port: str
    evidence: str
    at: datetime
    valid_until: date
    elements: int = 0
    birth: date | None = None


class NotVerified(msgspec.Struct, frozen=True):
    """It is not so, or not known (`in_doubt`): the code, why in words that name nobody, and the port's reference if it was asked."""

    code: Code
    why: str = ""
    port: str = ""
    evidence: str = ""


class Hit(msgspec.Struct, frozen=True):
    """A name of a list that is like the one asked for. Only the screening role sees which."""

    list: str
    entry: str
    score: int


class Clear(msgspec.Struct, frozen=True):
    """Nobody of the lists has this name."""

    port: str
    evidence: str
    at: datetime


class Found(msgspec.Struct, frozen=True):
    """Somebody of a list may be he: people must look (screening_hit)."""

    port: str
    evidence: str
    hits: tuple[Hit, ...]


class Session(msgspec.Struct, frozen=True):
    """A look into the camera that was begun: where the browser goes, and what it is for."""

    id: str
    url: str
    purpose: str


class Verdict(msgspec.Struct, frozen=True):
    """What a liveness port says, signed by it: kept instead of any picture.

    said        the bytes that were signed: session, purpose, subject, outcome, instant
    signature   of the port's key over `said`
    """

    session: str
    is_live: bool
    at: datetime
    said: bytes
    signature: bytes


class Verifier(Protocol):
    """Whoever can say that elements belong together: a bank, a mobile operator, the police's register."""

    name: str
    is_sandbox: bool

    def check(self, identity: Identity, elements: int) -> Verified | NotVerified:
        """Compare the elements; no answer is NotVerified(in_doubt)."""
        ...


class Screening(Protocol):
    """Whoever holds the lists of sanctions and of public functions."""

    name: str
    is_sandbox: bool

    def screen(self, name: str, birth: date | None = None) -> Clear | Found | NotVerified:
        """Look a name up."""
        ...


class Liveness(Protocol):
    """Whoever looks whether a living person sits before the camera."""

    name: str
    is_sandbox: bool

    def begin(self, purpose: str, subject: str) -> Session | NotVerified:
        """Begin a session for a purpose: opening, recovery, first_large_payout."""
        ...

    def verdict(self, session: str, purpose: str, subject: str) -> Verdict | NotVerified:
        """Return what was seen; NotVerified(in_doubt) while it is not known."""
        ...


PURPOSES: Final = ("opening", "recovery", "first_large_payout")


# ── what is looked at here ───────────────────────────────────────────────────
def check_digits(identity: Identity, today: date | None = None) -> numbers.Read | NotVerified:
    """Return what the document's number says by itself, or why it is none; a person is of age."""
    today = today or in_china(datetime.now(UTC))
    try:
        found = numbers.read(identity.id_type, identity.id_number, today, identity.mrz)
        if identity.mobile:
            numbers.mobile(identity.mobile)
        if identity.card:
            numbers.card(identity.card)
    except numbers.NumberWrong as wrong:
        return NotVerified(wrong.code, wrong.why)
    if found.birth is not None and numbers.age(found.birth, today) < numbers.ADULT:
        return NotVerified(Code.age_too_low, f"an account is for who is {numbers.ADULT} or older")
    return found


def verify(
    identity: Identity, elements: int = 4, *, verifier: Verifier | None = None, now: datetime | None = None
) -> Verified | NotVerified:
    """Look at an identity here, then ask the port; the first that says no is the answer."""
    now = now or datetime.now(UTC)
    found = check_digits(identity, in_china(now))
    if isinstance(found, NotVerified):
        return found
    missing = [name for name in ELEMENTS[elements] if not getattr(identity, name).strip()]
    if missing:
        return NotVerified(Code.identity_elements_missing, f"say also: {', '.join(missing)}")
    said = (verifier or chosen_verifier()).check(_plain(identity), elements)
    if isinstance(said, NotVerified):
        return said
    until = min(filter(None, (said.valid_until, found.valid_until)))
    return msgspec.structs.replace(said, valid_until=until, birth=found.birth)


def screen(name: str, birth: date | None = None, *, screening: Screening | None = None) -> Clear | Found | NotVerified:
    """Look a name up in the lists of sanctions and public functions."""
    if not name.strip():
        return NotVerified(Code.identity_elements_missing, "say also: name")
    return (screening or chosen_screening()).screen(name, birth)


def begin_liveness(
    purpose: str, subject: str, *, has_consent: bool, liveness: Liveness | None = None
) -> Session | NotVerified:
    """Begin a look into the camera; only of somebody who has consented to it, and to it alone."""
    assert purpose in PURPOSES, purpose
    if not has_consent:
        return NotVerified(Code.consent_missing, "ask for his separate consent first")
    return (liveness or chosen_liveness()).begin(purpose, subject)


def liveness_verdict(
    session: str, purpose: str, subject: str, *, liveness: Liveness | None = None
) -> Verdict | NotVerified:
    """Return what the port saw, after its signature was held against its key and its words against what was asked."""
    said = (liveness or chosen_liveness()).verdict(session, purpose, subject)
    if isinstance(said, Verdict) and not said.is_live:
        return NotVerified(Code.liveness_failed, "no living person, or not the one of the document", evidence=session)
    return said


def in_china(now: datetime) -> date:
    """Return the date in China at an instant."""
    return now.astimezone(_CHINA).date()


def _plain(identity: Identity) -> Identity:
    return msgspec.structs.replace(
        identity,
        name=" ".join(identity.name.split()),
        id_number=numbers.written(identity.id_number),
        mobile=numbers.mobile(identity.mobile) if identity.mobile else "",
        card=numbers.card(identity.card) if identity.card else "",
    )


# ── which ports are on ───────────────────────────────────────────────────────
def chosen_verifier() -> Verifier:
    """Return the verifier of this installation."""
    from cunguan.desks.parties.ports import chosen

    return chosen().verifier


def chosen_screening() -> Screening:
    """Return the screening of this installation."""
    from cunguan.desks.parties.ports import chosen

    return chosen().screening


def chosen_liveness() -> Liveness:
    """Return the liveness check of this installation."""
    from cunguan.desks.parties.ports import chosen

    return chosen().liveness
