"""Card review (换绑审核): two people of the custodian pass or refuse a card that was changed while money was there.

When    the client was asked whether it is he, and the new account is in his name
Reads   the card, its holder with his five balances, his other cards
Returns Decision; passed: the card is active and cools from today, the card before it is unbound. Refused: it never
        was, the card before it stays
Order   two names, reason of a refusal, card, state, account, money in transit
Source  domain.md (c.1) A3 (review), S-16
"""

import msgspec
from msgspec.structs import replace

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Decision, Given, Instruction, refuse
from cunguan.kernel.rows import Card, Holder
from cunguan.ledger.book import Book
from cunguan.operations.authority import usable
from cunguan.operations.cards import cooling_until, moved, unbound
from cunguan.operations.remains import balances
from cunguan.operations.two_names import two_names
from cunguan.states.card import CARD

KIND = "card_review"
VERSION = 1
LANE = "platform"


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the two found; a refusal says why."""

    card: str
    passed: bool
    reason: str
    maker: str
    checker: str


class Facts(msgspec.Struct, frozen=True, gc=False):
    """What a review depends on."""

    card: Card | None
    holder: Holder | None
    cards: tuple[Card, ...]
    balances: dict[str, int]


def load(instruction: Instruction, book: Book, given: Given) -> Facts:
    """Collect the facts of a review."""
    body = instruction.body
    assert isinstance(body, Body)
    card = book.get(Card, body.card)
    if card is None:
        return Facts(None, None, (), {})
    holder = book.get(Holder, card.holder)
    assert holder is not None, "a card belongs to a holder"
    return Facts(card, holder, tuple(book.find(Card, "holder", holder.id)), balances(book, holder))


def decide(instruction: Instruction, facts: Facts, given: Given) -> Decision:
    """Decide one review."""
    body, card = instruction.body, facts.card
    assert isinstance(body, Body)
    refused = two_names(body.maker, body.checker)
    if refused is not None:
        return refuse(refused)
    if not body.passed and not body.reason:
        return refuse(Code.reason_missing)
    if card is None:
        return refuse(Code.card_not_found)
    if not CARD.may(card.state, "reviewed"):
        return refuse(Code.state_forbids, f"the card is {card.state}")
    if not body.passed:
        card, move = moved(card, "review_refused")
        return Decision(Code.done, changes=(card,), moves=(move,), answer={"state": card.state})
    refused = usable(facts.holder)
    if refused is not None:
        return refuse(refused)
    if "outbound" in facts.balances:
        return refuse(Code.card_in_use, "a withdrawal is on its way", outbound_minor=facts.balances["outbound"])
    return _pass(card, facts.cards, given)


def _pass(card: Card, cards: tuple[Card, ...], given: Given) -> Decision:
    changes, moves = unbound(cards)
    until = cooling_until(given)
    card, move = moved(replace(card, cooling_until=until), "reviewed")
    return Decision(
        Code.done,
        changes=(card, *changes),
        moves=(move, *moves),
        answer={"state": card.state, "cooling_until": until.isoformat()},
    )
