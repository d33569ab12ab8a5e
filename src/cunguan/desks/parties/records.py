"""Records (身份档案登记): what the ports and people have found out about somebody, and how far it is known who he is.

When    an account is opened, a check made again, two people have decided
Does    record: one more row of what was answered, and the party moves when all he needs is there, or a list has a name like his
        nothing is a yes by being absent: `in_doubt` is written as such, moves nobody, and is asked again
        owners: who owns a company; what of it is not told may not hide somebody with a quarter, or it is explained
Order   of `missing`: each kind of check in the table's order
Errors  none: what may go wrong is a code
Source  domain.md (c.1) A1, A2; issue "People" 1; docs/parties.md
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Final

import msgspec
from django.db.models import Q

from cunguan.desks.parties.identity import (
    LIVE_DAYS,
    SCREENED_DAYS,
    Clear,
    Found,
    NotVerified,
    Verdict,
    Verified,
    in_china,
)
from cunguan.desks.parties.models import COMPANY, OFFICER, OWNER, PERSON, STAFF, WHOLE_BP, Check, Consent, Owner, Party
from cunguan.kernel.codes import Code
from cunguan.states.party import PARTY

ELEMENTS, SCREENING, LIVENESS, REGISTRY, OWNERS = "elements", "screening", "liveness", "registry", "owners"
#: what must have been passed, and not be too old, before it is known who somebody is
NEEDS: Final[Mapping[str, tuple[str, ...]]] = {
    PERSON:  (ELEMENTS, SCREENING),
    COMPANY: (REGISTRY, SCREENING, OWNERS),
    STAFF:   (ELEMENTS, SCREENING),
    OWNER:   (ELEMENTS, SCREENING),
    OFFICER: (ELEMENTS, SCREENING),
}  # fmt: skip
#: who has this much of a company, or more, is named [K: 25 %, rules on customers' identity]
NAMED_BP: Final = 2_500
#: how somebody without a share may control a company
CONTROLS: Final = ("shares", "votes", "agreement", "management")
FACE: Final = "face"

Answer = Verified | Clear | Found | Verdict | NotVerified


# ── parties ──────────────────────────────────────────────────────────────────
def party(person: str, kind: str, now: datetime | None = None) -> Party:
    """Return somebody's file, held until the commit; it is begun where there is none."""
    now = now or datetime.now(UTC)
    made, _ = Party.objects.get_or_create(
        person=person, defaults={"kind": kind, "state": PARTY.initial, "opened_at": now, "changed_at": now}
    )
    return Party.objects.select_for_update().get(pk=made.pk)


def record(
    who: Party, check_kind: str, said: Answer, *, by_whom: str = "", now: datetime | None = None
) -> Check:  # fmt: skip
    """Write down what was answered, and move the party by it."""
    now = now or datetime.now(UTC)
    check = _row(who.person, check_kind, said, by_whom, now)
    check.save(force_insert=True)
    _follow(who, check, now)
    return check


def _row(person: str, check_kind: str, said: Answer, by_whom: str, now: datetime) -> Check:
    row = Check(person=person, check_kind=check_kind, by_whom=by_whom, at=now, code=int(Code.done), outcome="passed")
    if isinstance(said, Verified):
        row.port, row.evidence, row.valid_until = said.port, said.evidence, said.valid_until
    elif isinstance(said, Clear):
        row.port, row.evidence = said.port, said.evidence
        row.valid_until = in_china(now) + timedelta(days=SCREENED_DAYS)
    elif isinstance(said, Verdict):
        row.port, row.evidence, row.said, row.signature = "liveness", said.session, said.said, said.signature
        row.valid_until = in_china(now) + timedelta(days=LIVE_DAYS)
    elif isinstance(said, Found):
        # which entry it is, only the screening's own people see: here stands that there is one, and under what reference
        row.port, row.evidence, row.outcome, row.code = said.port, said.evidence, "hit", int(Code.screening_hit)
    else:
        row.port, row.evidence, row.why, row.code = said.port, said.evidence, said.why, int(said.code)
        row.outcome = "in_doubt" if said.code is Code.in_doubt else "failed"
    return row


def _follow(who: Party, check: Check, now: datetime) -> None:
    if check.outcome == "hit":
        move(who, "doubted", now)
    elif check.outcome == "passed" and not missing(who, in_china(now)):
        who.check_by = due_on(who)
        move(who, "checked", now)


def move(who: Party, event: str, now: datetime) -> bool:
    """Move a party where his state takes it; return whether it did."""
    if not PARTY.may(who.state, event):
        return False
    who.state, who.changed_at = PARTY.after(who.state, event), now
    who.save(update_fields=("state", "id_type", "check_by", "owners_note", "changed_at"))
    return True


def decide(who: Party, event: str, maker: str, checker: str, why: str, evidence: str, now: datetime) -> Code:
    """Write down what two people decided of somebody in review: cleared, refused, or that it is over."""
    if not PARTY.may(who.state, event):
        return Code.state_forbids
    Check.objects.create(
        person=who.person, check_kind="decision", port="two people", outcome="failed" if event == "refused" else "cleared",
        code=int(Code.done), evidence=evidence, why=why[:400], by_whom=f"{maker}, {checker}", at=now,
    )  # fmt: skip
    if event == "cleared":
        who.check_by = due_on(who) or in_china(now) + timedelta(days=SCREENED_DAYS)
    move(who, event, now)
    return Code.done


# ── what is there, what is missing ───────────────────────────────────────────
def latest(person: str) -> dict[str, Check]:
    """Return the newest check of each kind that said something."""
    rows = Check.objects.filter(person=person).exclude(outcome="in_doubt").order_by("check_kind", "-at", "-id")
    return {row.check_kind: row for row in rows.distinct("check_kind")}


def missing(who: Party, today: date, checks: Sequence[Check] | None = None) -> list[str]:
    """Return what of the checks he needs is not there, did not pass, or is too old; `checks`: all of his, newest first, where at hand."""
    known = latest(who.person) if checks is None else _newest(checks)
    return [name for name in NEEDS[who.kind] if not _holds(known.get(name), today)]


def _newest(checks: Sequence[Check]) -> dict[str, Check]:
    return {one.check_kind: one for one in reversed(checks) if one.outcome != "in_doubt"}


def due_on(who: Party) -> date | None:
    """Return until when all that he needs holds."""
    known = latest(who.person)
    days = [known[name].valid_until for name in NEEDS[who.kind] if name in known and known[name].valid_until]
    return min(days, default=None)


def is_fresh(person: str, check_kind: str, now: datetime | None = None) -> bool:
    """Return whether a check of somebody passed and still holds: asked before a large payout, a recovery, an opening."""
    return _holds(latest(person).get(check_kind), in_china(now or datetime.now(UTC)))


def _holds(check: Check | None, today: date) -> bool:
    return (
        check is not None and check.outcome == "passed" and check.valid_until is not None and today <= check.valid_until
    )


# ── companies ────────────────────────────────────────────────────────────────
class Owned(msgspec.Struct, frozen=True):
    """What is known of who owns a company, and what is wrong with it; `code` None: nothing."""

    told_bp: int
    code: Code | None
    why: str = ""


def owners_of(company: str, today: date) -> Sequence[Owner]:
    """Return who owns a company now."""
    return list(
        Owner.objects.filter(Q(until__isnull=True) | Q(until__gt=today), company_id=company, since__lte=today).order_by(
            "-share_bp", "person"
        )
    )


def owned(company: Party, today: date) -> Owned:
    """Return whether who owns a company is told: nobody with a quarter may be hidden in what is not, or it is explained."""
    rows = owners_of(company.person, today)
    told = sum(row.share_bp for row in rows)
    if told > WHOLE_BP:
        return Owned(told, Code.owners_do_not_add_up, "the shares are more than the whole")
    if not rows:
        return Owned(told, Code.owners_do_not_add_up, "nobody is named: name at least who manages it")
    if WHOLE_BP - told >= NAMED_BP and not company.owners_note.strip():
        return Owned(told, Code.owners_do_not_add_up, "a quarter or more is not told: name who has it, or explain it")
    named = [row.person for row in rows if row.share_bp >= NAMED_BP or row.control != "shares"]
    if not named:
        return Owned(told, Code.owners_do_not_add_up, "nobody has a quarter: name who controls or manages it")
    known = set(Party.objects.filter(person__in=named, state__in=("verified", "due")).values_list("person", flat=True))
    if unknown := [person for person in named if person not in known]:
        return Owned(told, Code.person_not_verified, ", ".join(unknown))
    return Owned(told, None)


def name_owner(
    company: Party, person: str, share_bp: int, control: str, by_whom: str, now: datetime
) -> Code:  # fmt: skip
    """Name an owner, in place of what was said of him before; what does not fit a whole is refused."""
    today = in_china(now)
    if control not in CONTROLS or not 0 <= share_bp <= WHOLE_BP or (control == "shares" and not share_bp):
        return Code.details_missing
    if person == company.person:
        return Code.details_differ
    others = sum(row.share_bp for row in owners_of(company.person, today) if row.person != person)
    if others + share_bp > WHOLE_BP:
        return Code.owners_do_not_add_up
    Owner.objects.filter(company=company, person=person, until__isnull=True).update(until=today)
    Owner.objects.create(
        company=company, person=person, share_bp=share_bp, control=control, since=today, by_whom=by_whom
    )
    party(person, OWNER, now)
    return Code.done


def end_owner(company: Party, person: str, now: datetime) -> Code:
    """Note that somebody owns a company no longer."""
    ended = Owner.objects.filter(company=company, person=person, until__isnull=True).update(until=in_china(now))
    return Code.done if ended else Code.not_found


def check_owners(company: Party, by_whom: str, now: datetime) -> Check:
    """Write down whether a company's owners are told."""
    said = owned(company, in_china(now))
    if said.code is None:
        until = min((one.check_by for one in _parties_of(company, now) if one.check_by), default=in_china(now))
        return record(
            company, OWNERS, Verified("owners", f"owners:{said.told_bp}", now, until), by_whom=by_whom, now=now
        )
    return record(company, OWNERS, NotVerified(said.code, said.why, "owners"), by_whom=by_whom, now=now)


def _parties_of(company: Party, now: datetime) -> list[Party]:
    return list(Party.objects.filter(person__in=[row.person for row in owners_of(company.person, in_china(now))]))


# ── consents ─────────────────────────────────────────────────────────────────
def consent(person: str, purpose: str, version: str, language: str, now: datetime) -> Consent:
    """Write down that somebody consents to one purpose, by the words of a version that he was shown in a language."""
    return Consent.objects.create(person=person, purpose=purpose, version=version, language=language, at=now)


def has_consent(person: str, purpose: str) -> bool:
    """Return whether a consent stands."""
    return Consent.objects.filter(person=person, purpose=purpose, ended_at__isnull=True).exists()


def end_consent(person: str, purpose: str, now: datetime) -> int:
    """Take a consent back, at once; return how many stood."""
    return Consent.objects.filter(person=person, purpose=purpose, ended_at__isnull=True).update(ended_at=now)
