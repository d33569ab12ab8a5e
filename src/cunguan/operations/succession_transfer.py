"""Succession transfer (继承过户): an heir gets his part of a dead client's money, and claims of his.

When    two people of the custodian have the instrument (a notarial deed, a judgment) and have identified the heir
Reads   the account in succession and its money, the heir's account, the claims, their listings, borrowers, guarantees
Posts   Dr 2010 deceased / Cr 2010 heir
Returns Decision; each claim is a new one of the heir, <instruction>:<n>, with all its weight: what comes in later is his.
        The listing's plan and the other lenders' claims are as before
Order   two names, instrument, identification, amount, account, heir, pool, person, claims, balance, size
Source  domain-decisions.md 8 (authority L), 31 (A12); invariants 21, 24
"""

from collections.abc import Sequence

import msgspec
from msgspec.structs import replace

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Decision, Given, Instruction, refuse
from cunguan.kernel.rows import Claim, Guarantee, Holder, Listing, Person
from cunguan.ledger import claims as register
from cunguan.ledger.book import Book
from cunguan.ledger.templates.succession import succession
from cunguan.operations.authority import by_two_names, usable
from cunguan.operations.lending import open_run
from cunguan.operations.places import twice
from cunguan.operations.receiving import fits
from cunguan.operations.remains import asks
from cunguan.operations.two_names import two_names
from cunguan.states.claim import CLAIM

KIND = "succession_transfer"
VERSION = 1
LANE = "platform"


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who inherits what of whom, by which instrument; method and source say how the heir was identified."""

    holder: str
    heir: str
    amount_minor: int
    instrument: str
    method: str
    source: str
    maker: str
    checker: str
    claims: tuple[str, ...] = ()


class Inherited(msgspec.Struct, frozen=True, gc=False):
    """A claim that is to pass, with what stands against it."""

    claim: Claim | None
    listing: Listing | None = None
    borrower: Holder | None = None
    guarantees: Sequence[Guarantee] = ()
    run: str = ""


class Facts(msgspec.Struct, frozen=True, gc=False):
    """What a transfer depends on."""

    deceased: Holder | None
    heir: Holder | None
    person: Person | None
    claims: Sequence[Inherited]
    available_minor: int
    heir_minor: int


def load(instruction: Instruction, book: Book, given: Given) -> Facts:
    """Collect the facts of a transfer."""
    body = instruction.body
    assert isinstance(body, Body)
    deceased, heir = book.get(Holder, body.holder), book.get(Holder, body.heir)
    return Facts(
        deceased=deceased,
        heir=heir,
        person=None if heir is None else book.foreign(Person, heir.person),
        claims=[_inherited(claim, book) for claim in book.many(Claim, body.claims)],
        available_minor=0 if deceased is None else book.balance(deceased.available),
        heir_minor=0 if heir is None else book.balance(heir.available),
    )


def _inherited(claim: Claim | None, book: Book) -> Inherited:
    if claim is None:
        return Inherited(None)
    listing = book.get(Listing, claim.listing)
    assert listing is not None, f"claim {claim.id} has no listing"
    return Inherited(
        claim=claim,
        listing=listing,
        borrower=book.get(Holder, listing.borrower),
        guarantees=book.find(Guarantee, "listing", listing.id),
        run=open_run(book, listing.id),
    )


def decide(instruction: Instruction, facts: Facts, given: Given) -> Decision:
    """Decide one transfer."""
    body, deceased, heir = instruction.body, facts.deceased, facts.heir
    assert isinstance(body, Body)
    refused = two_names(body.maker, body.checker)
    if refused is not None:
        return refuse(refused)
    if not body.instrument.strip():
        return refuse(Code.legal_instrument_missing)
    if not body.method.strip() or not body.source.strip():
        return refuse(Code.details_missing, "method and source say how the heir was identified")
    if not given.sandbox and body.source == "sandbox":
        return refuse(Code.source_not_allowed)
    if body.amount_minor < 0 or (body.amount_minor == 0 and not body.claims):
        return refuse(Code.amount_not_positive)
    if twice(body.claims):
        return refuse(Code.duplicate_detail, twice(body.claims)[0])
    if deceased is None:
        return refuse(Code.account_not_found)
    if deceased.state != "succession":
        return refuse(Code.account_not_in_succession, f"the account is {deceased.state}")
    refused = usable(heir)
    if refused is not None:
        return refuse(refused, "the heir's account")
    assert heir is not None
    if heir.pool != deceased.pool:
        return refuse(Code.pool_differs)
    if heir.person == deceased.person or facts.person is None or facts.person.state == "deceased":
        return refuse(Code.heir_is_deceased)
    for found in facts.claims:
        refusal = _claim(found, deceased, heir)
        if refusal is not None:
            return refusal
    if body.amount_minor > facts.available_minor:
        return refuse(Code.insufficient_balance, available_minor=facts.available_minor)
    if not fits(body.amount_minor, (facts.heir_minor,)):
        return refuse(Code.balance_too_large)
    return _transfer(instruction.id, body, deceased, heir, facts.claims, given)


def _claim(found: Inherited, deceased: Holder, heir: Holder) -> Decision | None:
    """Return why a claim cannot pass to this heir, or None."""
    claim = found.claim
    if claim is None or claim.holder != deceased.id:
        return refuse(Code.claim_not_found, "no claim of this account")
    if claim.state == "on_sale":
        return refuse(Code.claim_on_sale, "its sale ends first", claim=claim.id)
    assert found.listing is not None and found.borrower is not None
    if not CLAIM.may(claim.state, "inherited") or not asks(claim, found.listing):
        return refuse(Code.claim_not_active, f"the claim is {claim.state}", claim=claim.id)
    if heir.role != deceased.role:
        return refuse(Code.account_role_differs, f"a claim passes to an account of a {deceased.role}", claim=claim.id)
    if heir.person == found.borrower.person:
        return refuse(Code.borrower_is_lender, claim=claim.id)
    if claim.rank == register.LENDERS and any(one.person == heir.person for one in found.guarantees):
        return refuse(Code.guarantor_is_party, claim=claim.id)
    if found.run:
        return refuse(Code.state_forbids, "a run still pays to the holders of record", run=found.run)
    return None


def _transfer(
    name: str, body: Body, deceased: Holder, heir: Holder, found: Sequence[Inherited], given: Given
) -> Decision:
    claims = [one.claim for one in found if one.claim is not None]
    pairs = [
        register.inherited(claim, name=f"{name}:{number}", heir=heir.id, day=given.business_date, seq=given.seq)
        for number, claim in enumerate(claims, start=1)
    ]
    left = [replace(claim, state=CLAIM.after(claim.state, "inherited")) for claim, _ in pairs]
    gained = [claim for _, claim in pairs]
    postings = succession(deceased=deceased, heir=heir, amount_minor=body.amount_minor, authority=given.seq)
    return Decision(
        Code.done,
        postings=postings if body.amount_minor else (),
        adds=tuple(gained),
        changes=tuple(left),
        claim_moves=(
            *(register.moved(before, after) for before, after in zip(claims, left, strict=True)),
            *(register.moved(None, claim) for claim in gained),
        ),
        authority=by_two_names(
            given, name, "L", owner=deceased.id, type="succession", amount_minor=body.amount_minor, payee=heir.id,
            maker=body.maker, checker=body.checker,
        ),
        answer={"claims": [claim.id for claim in gained]},
    )  # fmt: skip
