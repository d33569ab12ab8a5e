"""Proposing (提案与复核): one person asks, others sign the same bytes, and when enough have, the act may be done once.

When    a page of the console; `propose` is what other pages call
Does    propose: a first version. edit: a further one, and the signatures of the one before count no more. sign: one person's passkey
        over the shown text; the last one that is needed makes it approved. refuse, withdraw, expire, void: it is over
Order   kind, place, role, message · proposal, state, expiry, version, maker, role with its limit, who gave the role, signed already
Returns the proposal; nothing here does the act: doing.py of the console
Errors  Refused with its code; nothing is written then
Source  issue "People" 4; domain.md (b.1); ADR 0049
"""

import hashlib
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import msgspec

from cunguan.desks.approvals.bands import quorum_of
from cunguan.desks.approvals.kinds import NAMES, Kind, kind_of
from cunguan.desks.approvals.models import CHECKER, MAKER, Proposal, Signature, Version
from cunguan.desks.approvals.permitted import PROPOSE, SIGN, role_for, roles_for
from cunguan.desks.approvals.refused import Refused
from cunguan.desks.approvals.subject import currency_of, moved_by
from cunguan.desks.approvals.text import Text, digest
from cunguan.desks.people.finding import roles_of
from cunguan.desks.people.models import RoleGrant
from cunguan.kernel.canonical import canonical_json
from cunguan.kernel.codes import Code
from cunguan.states.proposal import PROPOSAL

#: how long a proposal waits for its signatures [K]
DAYS: Final = 7
#: a role that the maker gave so shortly before does not check him [K]
GRANTED_HOURS: Final = 24
_DOOR_ID_MAX: Final = 128


class Given(msgspec.Struct, frozen=True):
    """What a passkey signed: the text as it was shown, and what verifies it later (keys/webauthn.py)."""

    shown: bytes
    evidence_kind: str
    key_id: str
    public_key: bytes
    assertion: bytes


# ── asking ───────────────────────────────────────────────────────────────────
def propose(
    reader: Any, kind: str, lane: int, body: Mapping[str, Any], why: str, *, evidence: str = "", now: datetime | None = None
) -> Proposal:  # fmt: skip
    """Ask for an act: `body` has the message's fields but the two names, as JSON writes them."""
    now = now or datetime.now(UTC)
    known, text = _asked(reader, kind, lane, body, why, evidence, f"ap:{uuid.uuid4().hex[:24]}", 1, now)
    made = Proposal.objects.create(
        id=text.id, kind=known.name, lane=lane, maker=reader.user, maker_reference=reader.reference, created_at=now,
        expires_at=now + timedelta(days=DAYS),
    )  # fmt: skip
    _keep(made, text, now)
    return made


def edit(
    reader: Any, name: str, version: int, body: Mapping[str, Any], why: str, *, evidence: str = "", now: datetime | None = None
) -> Proposal:  # fmt: skip
    """Put another version in a proposal's place; only who asked for it may, and every signature is to be given again."""
    now = now or datetime.now(UTC)
    one = held(name, now)
    _check_open(one, "edited", version)
    if one.maker_id != reader.user.pk:
        raise Refused(Code.role_not_allowed)
    _, text = _asked(reader, one.kind, one.lane, body, why, evidence, one.id, one.version + 1, now)
    one.version += 1
    one.save(update_fields=("version",))
    _keep(one, text, now)
    return one


def _asked(
    reader: Any, kind: str, lane: int, body: Mapping[str, Any], why: str, evidence: str, name: str, version: int, now: datetime
) -> tuple[Kind, Text]:  # fmt: skip
    known = kind_of(kind)
    if not _is_there(known, lane):
        raise Refused(Code.unknown_lane)
    plain = message(known, body, reader.reference)
    amount_minor = known.amount(plain)
    if amount_minor is None:
        amount_minor = moved_by(known.name, lane, plain)
    if role_for(PROPOSE, known.resource, amount_minor, roles_of(reader.user, now)) is None:
        raise Refused(Code.role_not_allowed, ", ".join(roles_for(PROPOSE, known.resource)))
    if not why.strip():
        raise Refused(Code.reason_missing)
    if hasattr(known.act, "check"):
        known.act.check(plain, reader, now)
    currency = currency_of(lane, plain) if amount_minor is not None else ""
    quorum = max(quorum_of(amount_minor, currency, now.date()), getattr(known.act, "QUORUM", 1))
    return known, Text(
        lane, name, version, known.name, known.version, reader.reference, currency, amount_minor, quorum, why.strip(),
        evidence.strip(), plain,
    )  # fmt: skip


def message(known: Kind, body: Mapping[str, Any], maker: str) -> dict[str, Any]:
    """Return a message as JSON writes it, without its two names; what its type does not take is refused."""
    whole = {**body} if known.act is not None else {**body, "maker": maker, "checker": ""}
    try:
        read = msgspec.convert(whole, known.body, strict=False)
    except msgspec.ValidationError as wrong:
        raise Refused(Code.malformed, str(wrong)) from None
    plain = msgspec.json.decode(canonical_json(read))
    return plain if known.act is not None else {name: value for name, value in plain.items() if name not in NAMES}


def _is_there(known: Kind, lane: int) -> bool:
    if known.lane == "both":
        return lane >= 0
    return lane == 0 if known.lane == "custodian" else lane > 0


def _keep(one: Proposal, text: Text, now: datetime) -> None:
    canonical = text.canonical()
    Version.objects.create(
        proposal=one, number=text.version, lane=text.lane, body=canonical_json(text.body), canonical=canonical,
        digest=digest(canonical), currency=text.currency, amount_minor=text.amount_minor, why=text.why, evidence=text.evidence,
        quorum=text.quorum, at=now,
    )  # fmt: skip


# ── signing ──────────────────────────────────────────────────────────────────
def may_sign(user: Any, one: Proposal, version: Version, now: datetime) -> str:
    """Return the role by which somebody may sign a version; Refused says why not."""
    held_roles = roles_of(user, now)
    resource = kind_of(one.kind).resource
    is_maker = one.maker_id == user.pk
    role = role_for(PROPOSE if is_maker else SIGN, resource, version.amount_minor, held_roles)
    if role is None:
        raise Refused(
            Code.role_not_allowed, ", ".join(roles_for(PROPOSE if is_maker else SIGN, resource, version.amount_minor))
        )
    if not is_maker and _is_given_by_maker(user, one, role, now):
        raise Refused(Code.granted_by_maker)
    act = kind_of(one.kind).act
    if not is_maker and hasattr(act, "may_sign"):
        act.may_sign(msgspec.json.decode(bytes(version.body)), user)
    if one.signatures.filter(version=version.number, user=user).exists():
        raise Refused(Code.already_signed)
    return role


def sign(reader: Any, name: str, version: int, given: Given, *, now: datetime | None = None) -> Proposal:
    """Take a person's signature; whoever calls has verified that his passkey gave it over the text that `shown` holds."""
    now = now or datetime.now(UTC)
    one = held(name, now)
    _check_open(one, "quorum_reached", version)
    asked = version_of(one)
    role = may_sign(reader.user, one, asked, now)
    Signature.objects.create(
        proposal=one, version=version, lane=one.lane, user=reader.user, reference=reader.reference, maker_id=one.maker_id,
        side=MAKER if one.maker_id == reader.user.pk else CHECKER, role=role, digest=asked.digest, shown=given.shown,
        evidence_kind=given.evidence_kind, key_id=given.key_id, public_key=given.public_key, assertion=given.assertion,
        assertion_sha256=hashlib.sha256(given.assertion).hexdigest(), at=now,
    )  # fmt: skip
    if not missing(one, asked):
        _move(one, "quorum_reached")
    return one


def _is_given_by_maker(user: Any, one: Proposal, role: str, now: datetime) -> bool:
    """Test that the role he would sign by was given by the maker a short while ago, and that no other grant of it stands."""
    grants = RoleGrant.objects.filter(user=user, role=role, since__lte=now).exclude(until__lte=now)
    fresh = now - timedelta(hours=GRANTED_HOURS)
    return all(one.maker_reference in (grant.maker, grant.checker) and grant.since > fresh for grant in grants)


class Missing(msgspec.Struct, frozen=True):
    """What a version waits for."""

    maker: bool
    checkers: int

    def __bool__(self) -> bool:
        return self.maker or self.checkers > 0


def missing(one: Proposal, version: Version) -> Missing:
    """Return which signatures a version still needs."""
    signed = list(one.signatures.filter(version=version.number).values_list("side", "user_id").distinct())
    checkers = sum(side == CHECKER for side, _ in signed)
    return Missing(all(side != MAKER for side, _ in signed), max(0, version.quorum - checkers))


def checkers_of(one: Proposal) -> list[Signature]:
    """Return the checkers' signatures of a proposal's version, in the order they signed."""
    return list(one.signatures.filter(version=one.version, side=CHECKER).order_by("at", "pk"))


# ── ending ───────────────────────────────────────────────────────────────────
def refuse(reader: Any, name: str, version: int, reason: str, *, now: datetime | None = None) -> Proposal:
    """Refuse a proposal: whoever could sign it may."""
    now = now or datetime.now(UTC)
    one = held(name, now)
    _check_open(one, "refused", version)
    if one.maker_id == reader.user.pk:
        raise Refused(Code.approver_is_maker)
    resource, amount_minor = kind_of(one.kind).resource, version_of(one).amount_minor
    if role_for(SIGN, resource, amount_minor, roles_of(reader.user, now)) is None:
        raise Refused(Code.role_not_allowed, ", ".join(roles_for(SIGN, resource, amount_minor)))
    return _end(one, "refused", reader.reference, reason, now)


def withdraw(reader: Any, name: str, version: int, reason: str, *, now: datetime | None = None) -> Proposal:
    """Take back what one has asked for."""
    now = now or datetime.now(UTC)
    one = held(name, now)
    _check_open(one, "withdrawn", version)
    if one.maker_id != reader.user.pk:
        raise Refused(Code.role_not_allowed)
    return _end(one, "withdrawn", reader.reference, reason, now)


def _end(one: Proposal, event: str, by: str, reason: str, now: datetime) -> Proposal:
    if not reason.strip():
        raise Refused(Code.reason_missing)
    one.ended_at, one.ended_by, one.reason = now, by, reason.strip()
    _move(one, event, "ended_at", "ended_by", "reason")
    return one


def end_what_is_over(now: datetime) -> int:
    """End every proposal whose time is over, or whose maker may not ask for it any more; return how many."""
    ended = 0
    for one in Proposal.objects.select_for_update(skip_locked=True).filter(state="open", expires_at__lte=now):
        ended += bool(_close(one, "expired", now))
    for one in Proposal.objects.select_for_update(skip_locked=True).filter(state="open").select_related(None):
        if role_for(PROPOSE, kind_of(one.kind).resource, None, roles_of(one.maker, now)) is None:
            ended += bool(_close(one, "maker_left", now))
    return ended


def _close(one: Proposal, event: str, now: datetime) -> Proposal:
    one.ended_at = now
    _move(one, event, "ended_at")
    return one


# ── finding ──────────────────────────────────────────────────────────────────
def found(name: str) -> Proposal:
    """Return a proposal."""
    one = Proposal.objects.select_related("maker").filter(pk=name).first()
    if one is None:
        raise Refused(Code.proposal_not_found)
    return one


def held(name: str, now: datetime) -> Proposal:
    """Return a proposal and hold it until the commit: one act upon it at a time."""
    one = Proposal.objects.select_for_update().filter(pk=name).first()
    if one is None:
        raise Refused(Code.proposal_not_found)
    if one.state == PROPOSAL.initial and now >= one.expires_at:
        raise Refused(Code.proposal_expired)
    return one


def version_of(one: Proposal) -> Version:
    """Return the version that stands."""
    return one.versions.get(number=one.version)


def _check_open(one: Proposal, event: str, version: int) -> None:
    if not PROPOSAL.may(one.state, event):
        raise Refused(Code.state_forbids)
    if one.version != version:
        raise Refused(Code.version_changed)


def _move(one: Proposal, event: str, *fields: str) -> None:
    one.state = PROPOSAL.after(one.state, event)
    one.save(update_fields=("state", *fields))


# ── after it was done ────────────────────────────────────────────────────────
def note_outcome(one: Proposal, code: Code, answer: str, now: datetime) -> None:
    """Write down what the books, or an act's own hand, have said; what is not known stays approved and is asked again."""
    event = {Code.done: "done", Code.in_doubt: "outcome_unknown"}.get(code, "refused_by_books")
    one.code, one.answer, one.asked_at = int(code), answer, now
    if event != "outcome_unknown":
        one.ended_at = now
    _move(one, event, "code", "answer", "asked_at", "ended_at")
