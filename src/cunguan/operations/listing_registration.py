"""Listing registration (标的登记): a borrower's loan is registered, its limits are checked, the raise begins.

When    the platform hands in a listing that its borrower confirms
Reads   the borrower and all his listings, the pool, the pack's rules, his reservation across platforms in lane 0
Posts   nothing; the listing is the commitment (memo 9020)
Returns Decision; every hold for the listing will be released by raise_until and the pack's days for a full one
Order   figures, listing, pool, pack and currency, borrower, confirmation, dates, schedule, rules, reservation
Source  domain.md (c.3) C1, CN01, CN02, CN10; domain-decisions.md 13, 17, 18, 30; design/lanes.md 1

Where the pack caps a person across platforms, lane 0 reserves the amount first (`prelude`), and takes it back if this
instruction is refused (`epilogue`). Both know only the message: so it carries person, currency and pack, which are
compared here with what the books know.
"""

from collections.abc import Sequence
from datetime import date, timedelta

import msgspec

from cunguan.kernel.codes import Code
from cunguan.kernel.ids import is_id, reservation_id
from cunguan.kernel.instruction import AuthorityText, Decision, Given, Instruction, refuse
from cunguan.kernel.rows import Holder, Listing, Move, Pool, RecordedRow, Reservation
from cunguan.ledger.book import BALANCE_MAX, Book
from cunguan.ledger.schedule import plan
from cunguan.operations import limit_release, limit_reserve
from cunguan.operations.authority import Signer, confirmed, signer_of, usable
from cunguan.operations.lending import release_id
from cunguan.operations.places import POOL_WORKS
from cunguan.policy.evaluate import PACKS, Pack, evaluate
from cunguan.policy.facts import ListingFacts
from cunguan.states.listing import LISTING

KIND = "listing_registration"
VERSION = 1
LANE = "platform"

RATE_MAX_E6 = 10_000_000  # 1000 % a year: no rule of law, only a bound to what we compute with
MONTHS_MAX = 1_200
GRACE_DAYS_MAX = 366
RAISE_DAYS_MAX = 366

#: what the borrower owes or may still be lent by a listing
COMMITTED = frozenset({"registered", "raising", "full", "disbursing"})


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A listing: amount, yearly rate, schedule rule, the last day of the raise, late charge, fee.

    late_rate_e6  None: the late charge is not limited, as in recorded books
    early         rows may be paid out of their order
    recorded      the plan rows themselves, where `rule` is recorded
    opens         the raise begins at once
    """

    listing: str
    pool: str
    borrower: str
    person: str
    currency: str
    pack: str
    amount_minor: int
    rate_e6: int
    rule: str
    months: int
    raise_until: date
    grace_days: int = 0
    late_rate_e6: int | None = None
    early: bool = False
    fee_schedule: str = ""
    fee_item: str = ""
    recorded: tuple[RecordedRow, ...] = ()
    opens: bool = True


class Facts(msgspec.Struct, frozen=True, gc=False):
    """What a registration depends on."""

    listing: Listing | None
    pool: Pool | None
    borrower: Holder | None
    key: Signer | None
    listings: Sequence[Listing]
    reservation: Reservation | None


def authority_text(instruction: Instruction, lane: int) -> AuthorityText | None:
    """Return the text the borrower confirms."""
    body = instruction.body
    assert isinstance(body, Body)
    return AuthorityText(
        lane, instruction.id, "P", body.borrower, KIND, body.amount_minor, body.borrower, body.listing, ""
    )


def prelude(instruction: Instruction, lane: int) -> tuple[Instruction, ...]:
    """Return the reservation that lane 0 makes first, where the pack caps a person across platforms."""
    body = instruction.body
    assert isinstance(body, Body)
    if not _is_capped_across_platforms(body.pack):
        return ()
    reserve = limit_reserve.Body(
        person=body.person,
        lane=lane,
        instruction_id=instruction.id,
        currency=body.currency,
        amount_minor=body.amount_minor,
        pack=body.pack,
    )
    return (Instruction(_reservation(instruction.id, lane), limit_reserve.KIND, reserve),)


def epilogue(instruction: Instruction, lane: int) -> tuple[Instruction, ...]:
    """Return what gives the reservation back after a refusal."""
    body = instruction.body
    assert isinstance(body, Body)
    if not _is_capped_across_platforms(body.pack):
        return ()
    reservation = _reservation(instruction.id, lane)
    return (Instruction(release_id(reservation), limit_release.KIND, limit_release.Body(reservation)),)


def load(instruction: Instruction, book: Book, given: Given) -> Facts:
    """Collect the facts of a registration."""
    body = instruction.body
    assert isinstance(body, Body)
    borrower = book.get(Holder, body.borrower)
    capped = _is_capped_across_platforms(body.pack)
    return Facts(
        listing=book.get(Listing, body.listing),
        pool=book.get(Pool, body.pool),
        borrower=borrower,
        key=None if borrower is None else signer_of(book, borrower, given),
        listings=() if borrower is None else book.find(Listing, "borrower", borrower.id),
        reservation=book.foreign(Reservation, _reservation(instruction.id, given.lane)) if capped else None,
    )


def decide(instruction: Instruction, facts: Facts, given: Given) -> Decision:
    """Decide one registration."""
    body = instruction.body
    assert isinstance(body, Body)
    pool, borrower = facts.pool, facts.borrower
    refusal = _figures(body)
    if refusal is not None:
        return refuse(refusal)
    if facts.listing is not None:
        return refuse(Code.listing_exists)
    if pool is None:
        return refuse(Code.pool_not_found)
    if pool.state not in POOL_WORKS:
        return refuse(Code.pool_not_active, f"the pool is {pool.state}")
    if body.pack != given.pack:
        return refuse(Code.pack_unknown, f"the lane is under {given.pack}")
    pack = PACKS[given.pack]
    if body.currency != pool.currency or body.currency != (pack.currency or body.currency):
        return refuse(Code.currency_differs)
    refusal = usable(borrower, "borrower")
    if refusal is not None:
        return refuse(refusal)
    assert borrower is not None
    if borrower.person != body.person:
        return refuse(Code.borrower_differs)
    if borrower.pool != body.pool:
        return refuse(Code.pool_differs)
    refusal = confirmed(given, facts.key, body.borrower)
    if refusal is not None:
        return refuse(refusal)
    if body.raise_until < given.business_date:
        return refuse(Code.date_in_the_past)
    if (body.raise_until - given.business_date).days > RAISE_DAYS_MAX:
        return refuse(Code.raise_too_long)
    wrong = _schedule(body, given)
    if wrong:
        return refuse(Code.schedule_malformed, wrong)
    verdict = evaluate(pack, KIND, given.business_date, _rule_facts(body, borrower, facts.listings, given))
    if not verdict.ok:
        return refuse(Code[verdict.code], verdict.why, rule=verdict.rule_id)
    if _raise_days(body, pack, given) > pack.params["raise_working_days"]:
        return refuse(Code.raise_too_long)
    refusal = _reserved(instruction.id, body, facts.reservation, given)
    if refusal is not None:
        return refuse(refusal)
    return _register(body, facts.reservation, pack, given)


# ── checks ───────────────────────────────────────────────────────────────────
def _figures(body: Body) -> Code | None:
    if not is_id(body.listing):
        return Code.id_malformed
    if body.amount_minor <= 0:
        return Code.amount_not_positive
    if body.amount_minor >= BALANCE_MAX:
        return Code.amount_too_large
    if not 0 <= body.rate_e6 <= RATE_MAX_E6 or not 0 <= (body.late_rate_e6 or 0) <= RATE_MAX_E6:
        return Code.rate_malformed
    if not 0 <= body.grace_days <= GRACE_DAYS_MAX or not 0 <= body.months <= MONTHS_MAX:
        return Code.schedule_malformed
    if bool(body.fee_schedule) != bool(body.fee_item):
        return Code.details_missing
    return None


def _schedule(body: Body, given: Given) -> str:
    """Return why the schedule makes no plan, or nothing; what a later day changes is seen at the disbursement."""
    if body.recorded and body.rule != "recorded":
        return "only the rule recorded brings rows with it"
    recorded = [(row.due_date, row.principal_minor, row.interest_minor) for row in body.recorded]
    if any(interest >= BALANCE_MAX for _, _, interest in recorded):
        return "an interest is larger than any account may hold"
    try:
        plan(body.rule, body.amount_minor, body.rate_e6, body.months, given.business_date, recorded)
    except ValueError as error:
        return str(error)
    return ""


def _rule_facts(body: Body, borrower: Holder, listings: Sequence[Listing], given: Given) -> ListingFacts:
    return ListingFacts(
        borrower_kind=borrower.kind,
        outstanding_minor=sum(map(_owed, listings)),
        asked_minor=body.amount_minor,
        rate_e6=body.rate_e6,
        raise_from=given.business_date,
        raise_until=body.raise_until + timedelta(days=1),  # ours is the last day, the rules' the first one after it
        currency=body.currency,
        day=given.business_date,
    )


def _owed(listing: Listing) -> int:
    if listing.state in COMMITTED:
        return listing.amount_minor
    return listing.lent_minor - listing.repaid_minor


def _raise_days(body: Body, pack: Pack, given: Given) -> int:
    return pack.calendar.working_days_between(given.business_date, body.raise_until + timedelta(days=1))


def _reservation(instruction_id: str, lane: int) -> str:
    # Two platforms may call their instructions by one id; in lane 0 they stand beside each other.
    return f"{reservation_id(instruction_id)}:{lane}"


def _is_capped_across_platforms(pack_id: str) -> bool:
    pack = PACKS.get(pack_id)
    return pack is not None and any("limit_reserve" in rule.applies_to for rule in pack.rules)


def _reserved(instruction_id: str, body: Body, reservation: Reservation | None, given: Given) -> Code | None:
    if not _is_capped_across_platforms(body.pack):
        return None
    if reservation is None:
        return Code.reservation_missing
    if reservation.state != "reserved":
        return Code.reservation_not_open
    asked = (body.person, given.lane, instruction_id, body.currency, body.amount_minor)
    its = reservation
    made = (its.person, its.lane, its.instruction_id, its.currency, its.amount_minor)
    return None if made == asked else Code.reservation_differs


# ── effects ──────────────────────────────────────────────────────────────────
def _register(body: Body, reservation: Reservation | None, pack: Pack, given: Given) -> Decision:
    state = LISTING.after("registered", "raise_opened") if body.opens else "registered"
    listing = Listing(
        id=body.listing,
        pool=body.pool,
        borrower=body.borrower,
        amount_minor=body.amount_minor,
        rate_e6=body.rate_e6,
        rule=body.rule,
        months=body.months,
        raise_until=body.raise_until,
        release_by=pack.calendar.add_working_days(body.raise_until, pack.params["full_working_days"]),
        full_by=None,
        grace_days=body.grace_days,
        late_rate_e6=body.late_rate_e6,
        early=body.early,
        fee_schedule=body.fee_schedule,
        fee_item=body.fee_item,
        recorded=body.recorded,
        reservation="" if reservation is None else reservation.id,
        held_minor=0,
        lent_minor=0,
        repaid_minor=0,
        interest_minor=0,
        late_minor=0,
        disbursed_date=None,
        seq=given.seq,
        state=state,
    )
    moves = (Move("listing", listing.id, "raise_opened", state),) if body.opens else ()
    return Decision(
        Code.done,
        adds=(listing,),
        moves=moves,
        authority=given.confirmation,
        answer={"release_by": listing.release_by.isoformat()},
    )
