"""Card check (卡片复验): a card the bank had refused was checked again and stands.

When    two people have the bank's word that the account is open and the client's
Reads   the card
Returns Decision; the card is active again and cools until the next working day, as one newly bound
Order   two names, reason, card, state
Source  domain.md (c.1) A3
"""

import msgspec
from msgspec.structs import replace

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Decision, Given, Instruction, refuse
from cunguan.kernel.rows import Card
from cunguan.ledger.book import Book
from cunguan.operations.cards import cooling_until, moved
from cunguan.operations.two_names import two_names
from cunguan.states.card import CARD

KIND = "card_check"
VERSION = 1
LANE = "platform"


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which card, what was found, by whom."""

    card: str
    reason: str
    maker: str
    checker: str


class Facts(msgspec.Struct, frozen=True, gc=False):
    """What a check depends on."""

    card: Card | None


def load(instruction: Instruction, book: Book, given: Given) -> Facts:
    """Collect the facts of a check."""
    body = instruction.body
    assert isinstance(body, Body)
    return Facts(book.get(Card, body.card))


def decide(instruction: Instruction, facts: Facts, given: Given) -> Decision:
    """Decide one check that passed."""
    body, card = instruction.body, facts.card
    assert isinstance(body, Body)
    refused = two_names(body.maker, body.checker)
    if refused is not None:
        return refuse(refused)
    if not body.reason:
        return refuse(Code.reason_missing)
    if card is None:
        return refuse(Code.card_not_found)
    if not CARD.may(card.state, "check_passed"):
        return refuse(Code.state_forbids, f"the card is {card.state}")
    until = cooling_until(given)
    card, move = moved(replace(card, cooling_until=until), "check_passed")
    return Decision(Code.done, changes=(card,), moves=(move,), answer={"cooling_until": until.isoformat()})
