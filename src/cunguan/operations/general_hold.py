"""General hold (一般冻结): set an amount of a client's money aside, with a reason and an end, for no payee.

When    the client confirms it himself (P), an authority's instrument asks for it (L), or two people decide it (M)
Reads   the holder and his money, the key
Posts   Dr 2010 / Cr 2020
Returns Decision; the hold's id is the instruction's. It goes back to its owner and to nobody else: by general_hold_release,
        or by the custodian's timer after its end. "Append" is a second hold. L and M pass locks and suspensions
Order   amount, id, reason, date, names and instrument, holder, confirmation, balance
Source  domain.md (c.3) C20; domain-decisions.md 23
"""

from datetime import date
from typing import Literal

import msgspec

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import AuthorityText, Confirmation, Decision, Given, Instruction, refuse
from cunguan.kernel.rows import Hold, Holder
from cunguan.ledger.book import Book
from cunguan.ledger.templates.general_hold import general_hold
from cunguan.operations.authority import Signer, by_two_names, confirmed, signer_of, usable
from cunguan.operations.lending import MARKETING
from cunguan.operations.receiving import creditable
from cunguan.operations.two_names import two_names
from cunguan.operations.withdrawal import FEE
from cunguan.states.general_hold import GENERAL_HOLD

KIND = "general_hold"
VERSION = 1
LANE = "platform"


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A hold: `until` is its last day; instrument and names belong to L and M."""

    holder: str
    amount_minor: int
    reason: str
    until: date
    authority: Literal["P", "L", "M"]
    instrument: str = ""
    maker: str = ""
    checker: str = ""


class Facts(msgspec.Struct, frozen=True, gc=False):
    """What a general hold depends on."""

    holder: Holder | None
    key: Signer | None
    available_minor: int


def authority_text(instruction: Instruction, lane: int) -> AuthorityText | None:
    """Return the text the client confirms; None when others order it."""
    body = instruction.body
    assert isinstance(body, Body)
    if body.authority != "P":
        return None
    return AuthorityText(
        lane, instruction.id, "P", body.holder, KIND, body.amount_minor, body.instrument, "", body.until.isoformat()
    )


def load(instruction: Instruction, book: Book, given: Given) -> Facts:
    """Collect the facts of a general hold."""
    body = instruction.body
    assert isinstance(body, Body)
    holder = book.get(Holder, body.holder)
    if holder is None:
        return Facts(None, None, 0)
    key = signer_of(book, holder, given) if body.authority == "P" else None
    return Facts(holder, key, book.balance(holder.available))


def decide(instruction: Instruction, facts: Facts, given: Given) -> Decision:
    """Decide one general hold."""
    body, holder = instruction.body, facts.holder
    assert isinstance(body, Body)
    if body.amount_minor <= 0:
        return refuse(Code.amount_not_positive)
    if instruction.id.endswith((MARKETING, FEE)):
        return refuse(Code.id_malformed, f"an id that ends with {MARKETING} or {FEE} is that of another's hold")
    if not body.reason:
        return refuse(Code.reason_missing)
    if body.until < given.business_date:
        return refuse(Code.date_in_the_past)
    refusal = _ordered(body)
    if refusal is not None:
        return refuse(refusal)
    refusal = usable(holder) if body.authority == "P" else creditable(holder)
    if refusal is not None:
        return refuse(refusal)
    assert holder is not None
    refusal = confirmed(given, facts.key, holder.id) if body.authority == "P" else None
    if refusal is not None:
        return refuse(refusal)
    if body.amount_minor > facts.available_minor:
        return refuse(Code.insufficient_balance)
    return _hold(instruction.id, body, holder, given)


def _ordered(body: Body) -> Code | None:
    """Return why nobody of the custodian may order it, or None; a client's own hold names nobody."""
    if body.authority == "P":
        return Code.details_differ if body.instrument or body.maker or body.checker else None
    if body.authority == "L" and not body.instrument:
        return Code.legal_instrument_missing
    return two_names(body.maker, body.checker)


def _hold(name: str, body: Body, holder: Holder, given: Given) -> Decision:
    seq = given.seq
    hold = Hold(
        name, holder.id, holder.held, "general", "", body.amount_minor, 0, 0, body.until, seq, seq, GENERAL_HOLD.initial
    )
    return Decision(
        Code.done,
        postings=(general_hold(holder=holder, amount_minor=body.amount_minor, opened=seq),),
        adds=(hold,),
        authority=_authority(name, body, given),
    )


def _authority(name: str, body: Body, given: Given) -> Confirmation | None:
    if body.authority == "P":
        return given.confirmation
    return by_two_names(
        given, name, body.authority, owner=body.holder, type=KIND, amount_minor=body.amount_minor,
        payee=body.instrument, until=body.until.isoformat(), maker=body.maker, checker=body.checker,
    )  # fmt: skip
