"""Card invalid (卡片失效): the bank says that a bound card or account is closed, lost or not the client's.

When    the bank's word came in, with a refused payment or on its own; one name is enough, for it is urgent
Reads   the card
Returns Decision; no withdrawal goes to the card until card_check has passed it or the client has bound another; a
        withdrawal that was not sent yet leaves by withdrawal_cancel or withdrawal_intercept
Order   details, card, state
Source  domain.md (c.1) A3; domain-decisions.md 26, last sentence
"""

import msgspec

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Decision, Given, Instruction, refuse
from cunguan.kernel.rows import Card
from cunguan.ledger.book import Book
from cunguan.operations.cards import moved
from cunguan.states.card import CARD

KIND = "card_invalid"
VERSION = 1
LANE = "platform"


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which card, what the bank said, where it is written, and who read it."""

    card: str
    reason: str
    reference: str
    maker: str


class Facts(msgspec.Struct, frozen=True, gc=False):
    """What the bank's word depends on."""

    card: Card | None


def load(instruction: Instruction, book: Book, given: Given) -> Facts:
    """Collect the facts."""
    body = instruction.body
    assert isinstance(body, Body)
    return Facts(book.get(Card, body.card))


def decide(instruction: Instruction, facts: Facts, given: Given) -> Decision:
    """Decide one word of a bank about a card."""
    body, card = instruction.body, facts.card
    assert isinstance(body, Body)
    if not body.reason:
        return refuse(Code.reason_missing)
    if not body.reference or not body.maker:
        return refuse(Code.details_missing, "the bank's reference, and who read it")
    if card is None:
        return refuse(Code.card_not_found)
    if not CARD.may(card.state, "bank_refused"):
        return refuse(Code.card_not_active, f"the card is {card.state}")
    card, move = moved(card, "bank_refused")
    return Decision(Code.done, changes=(card,), moves=(move,))
