"""Fee consent (收费确认): a client confirms one version of a fee schedule; from then on it may be charged to him (F).

When    a client comes, or a new version was announced and its notice has ended
Reads   the holder, his key, this version and the one before it, his consent so far
Returns Decision; his confirmation is stored as the authority of every fee under it. The first consent after the
        notice brings the version into force and supersedes the one before: its clients go on paying what they confirmed
Order   account, version, notice, confirmation
Source  domain-decisions.md 11: a new version needs a new P and the pack's notice
"""

import msgspec
from msgspec.structs import replace

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import AuthorityText, Decision, Given, Instruction, refuse
from cunguan.kernel.rows import FeeConsent, FeeSchedule, Holder, Move
from cunguan.ledger.book import Book
from cunguan.operations.authority import Signer, confirmed, signer_of, usable
from cunguan.operations.fee_versions import consent_id, in_force, notice_until, version_id

KIND = "fee_consent"
VERSION = 1
LANE = "platform"


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who confirms which version."""

    holder: str
    schedule: str
    version: int


class Facts(msgspec.Struct, frozen=True, gc=False):
    """What a consent depends on."""

    holder: Holder | None
    key: Signer | None
    schedule: FeeSchedule | None
    before: FeeSchedule | None
    consent: FeeConsent | None


def authority_text(instruction: Instruction, lane: int) -> AuthorityText | None:
    """Return the text the client confirms: this version of this schedule."""
    body = instruction.body
    assert isinstance(body, Body)
    version = version_id(body.schedule, body.version)
    return AuthorityText(lane, instruction.id, "F", body.holder, "fee_consent", 0, version, "", "")


def load(instruction: Instruction, book: Book, given: Given) -> Facts:
    """Collect the facts of a consent."""
    body = instruction.body
    assert isinstance(body, Body)
    holder = book.get(Holder, body.holder)
    return Facts(
        holder=holder,
        key=None if holder is None else signer_of(book, holder, given),
        schedule=book.get(FeeSchedule, version_id(body.schedule, body.version)),
        before=book.get(FeeSchedule, version_id(body.schedule, body.version - 1)),
        consent=book.get(FeeConsent, consent_id(body.holder, body.schedule)),
    )


def decide(instruction: Instruction, facts: Facts, given: Given) -> Decision:
    """Decide one consent."""
    body, schedule = instruction.body, facts.schedule
    assert isinstance(body, Body)
    refused = usable(facts.holder)
    if refused is not None:
        return refuse(refused)
    if schedule is None:
        return refuse(Code.fee_schedule_not_found)
    if schedule.state not in ("announced", "in_force"):
        return refuse(Code.state_forbids, f"the version is {schedule.state}")
    if facts.consent is not None and facts.consent.version >= body.version:
        return refuse(Code.state_forbids, f"version {facts.consent.version} is confirmed already")
    until = notice_until(schedule, given.pack)
    if given.business_date < until:
        return refuse(Code.fee_notice_too_short, until=until.isoformat())
    refused = confirmed(given, facts.key, body.holder)
    if refused is not None:
        return refuse(refused)
    return _confirm(body, facts.consent, in_force(schedule, facts.before), given)


def _confirm(
    body: Body, consent: FeeConsent | None, moved: tuple[tuple[FeeSchedule, ...], tuple[Move, ...]], given: Given
) -> Decision:
    changes: tuple[FeeSchedule | FeeConsent, ...] = moved[0]
    adds: tuple[FeeConsent, ...] = ()
    if consent is None:
        name = consent_id(body.holder, body.schedule)
        adds = (FeeConsent(name, body.holder, body.schedule, body.version, given.seq, "", 0, "active"),)
    else:  # the month's fees so far count on under the new version
        changes += (replace(consent, version=body.version, authority=given.seq, state="active"),)
    return Decision(Code.done, adds=adds, changes=changes, moves=moved[1], authority=given.confirmation)
