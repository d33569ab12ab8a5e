"""Card binding (绑卡、换绑): the one bank account or card in the client's own name where his withdrawals go.

When    a client confirms a card; a second card takes the place of the first, at once while no money is there, else
        after two people have looked at it (card_review)
Reads   the holder with his five balances, his key, his cards
Returns Decision; the card is active and cools until a working day later, the card before it is unbound; or the card
        waits for its review and the card before it stays
Order   details, account, money in transit, review under way, confirmation, card
Source  domain.md (c.1) A3, S-16: one active withdrawal card; a change with money in transit is refused
"""

import msgspec

from cunguan.kernel.codes import Code
from cunguan.kernel.ids import is_id
from cunguan.kernel.instruction import AuthorityText, Decision, Given, Instruction, refuse
from cunguan.kernel.rows import Card, Holder
from cunguan.ledger.book import Book
from cunguan.operations.authority import Signer, confirmed, signer_of, usable
from cunguan.operations.cards import cooling_until, unbound
from cunguan.operations.remains import balances
from cunguan.states.card import CARD

KIND = "card_binding"
VERSION = 1
LANE = "platform"


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A card by opaque reference; `payee_hash` is the hash of account and name, which the client confirms."""

    holder: str
    card: str
    payee_hash: str


class Facts(msgspec.Struct, frozen=True, gc=False):
    """What a binding depends on; `balances` are those that are not zero, by name."""

    holder: Holder | None
    key: Signer | None
    card: Card | None
    cards: tuple[Card, ...]
    balances: dict[str, int]


def authority_text(instruction: Instruction, lane: int) -> AuthorityText | None:
    """Return the text the client confirms: this payee, and no other."""
    body = instruction.body
    assert isinstance(body, Body)
    return AuthorityText(lane, instruction.id, "P", body.holder, "card_binding", 0, body.payee_hash, "", "")


def load(instruction: Instruction, book: Book, given: Given) -> Facts:
    """Collect the facts of a binding."""
    body = instruction.body
    assert isinstance(body, Body)
    holder = book.get(Holder, body.holder)
    return Facts(
        holder=holder,
        key=None if holder is None else signer_of(book, holder, given),
        card=book.get(Card, body.card),
        cards=tuple(book.find(Card, "holder", body.holder)),
        balances={} if holder is None else balances(book, holder),
    )


def decide(instruction: Instruction, facts: Facts, given: Given) -> Decision:
    """Decide one binding."""
    body = instruction.body
    assert isinstance(body, Body)
    if not is_id(body.card):
        return refuse(Code.id_malformed)
    if not body.payee_hash:
        return refuse(Code.details_missing, "the payee's hash fixes account and name")
    refused = usable(facts.holder)
    if refused is not None:
        return refuse(refused)
    before = tuple(card for card in facts.cards if CARD.may(card.state, "unbound"))
    if before and "outbound" in facts.balances:
        return refuse(Code.card_in_use, "a withdrawal is on its way", outbound_minor=facts.balances["outbound"])
    if before and "uncleared" in facts.balances:
        return refuse(Code.uncleared_money, "a deposit is on its way", uncleared_minor=facts.balances["uncleared"])
    if any(card.state == "pending_review" for card in facts.cards):
        return refuse(Code.card_under_review)
    refused = confirmed(given, facts.key, body.holder)
    if refused is not None:
        return refuse(refused)
    if facts.card is not None:
        return refuse(Code.card_exists)
    if before and facts.balances:
        return _decision(body, "pending_review", (), given)
    return _decision(body, CARD.initial, before, given)


def _decision(body: Body, state: str, before: tuple[Card, ...], given: Given) -> Decision:
    until = cooling_until(given)
    changes, moves = unbound(before)
    return Decision(
        Code.done,
        adds=(Card(body.card, body.holder, body.payee_hash, given.business_date, until, state),),
        changes=changes,
        moves=moves,
        authority=given.confirmation,
        answer={"state": state, "cooling_until": until.isoformat()},  # the first day a withdrawal may go there
    )
