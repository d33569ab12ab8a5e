"""Card unbinding (解绑): the client takes his card out of the account.

When    he confirms it, while no money is there and none is on its way
Reads   the holder with his five balances, his key, the card
Returns Decision; the card is unbound for good
Order   account, card, owner, state, empty account, confirmation
Source  domain.md (c.1) A4
"""

import msgspec

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import AuthorityText, Decision, Given, Instruction, refuse
from cunguan.kernel.rows import Card, Holder
from cunguan.ledger.book import Book
from cunguan.operations.authority import Signer, confirmed, signer_of, usable
from cunguan.operations.cards import moved
from cunguan.operations.remains import balances
from cunguan.states.card import CARD

KIND = "card_unbind"
VERSION = 1
LANE = "platform"


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whose card, and which."""

    holder: str
    card: str


class Facts(msgspec.Struct, frozen=True, gc=False):
    """What an unbinding depends on."""

    holder: Holder | None
    key: Signer | None
    card: Card | None
    balances: dict[str, int]


def authority_text(instruction: Instruction, lane: int) -> AuthorityText | None:
    """Return the text the client confirms."""
    body = instruction.body
    assert isinstance(body, Body)
    return AuthorityText(lane, instruction.id, "P", body.holder, "card_unbind", 0, body.card, "", "")


def load(instruction: Instruction, book: Book, given: Given) -> Facts:
    """Collect the facts of an unbinding."""
    body = instruction.body
    assert isinstance(body, Body)
    holder = book.get(Holder, body.holder)
    return Facts(
        holder=holder,
        key=None if holder is None else signer_of(book, holder, given),
        card=book.get(Card, body.card),
        balances={} if holder is None else balances(book, holder),
    )


def decide(instruction: Instruction, facts: Facts, given: Given) -> Decision:
    """Decide one unbinding."""
    body, card = instruction.body, facts.card
    assert isinstance(body, Body)
    refused = usable(facts.holder)
    if refused is not None:
        return refuse(refused)
    if card is None:
        return refuse(Code.card_not_found)
    if card.holder != body.holder:
        return refuse(Code.card_not_own)
    if not CARD.may(card.state, "unbound"):
        return refuse(Code.card_not_active, f"the card is {card.state}")
    if facts.balances:
        return refuse(Code.account_not_empty, left=facts.balances)
    refused = confirmed(given, facts.key, body.holder)
    if refused is not None:
        return refuse(refused)
    card, move = moved(card, "unbound")
    return Decision(Code.done, changes=(card,), moves=(move,), authority=given.confirmation)
