"""Cards (卡片): how long a card cools, and how a card ends.

When    a card is bound, reviewed, unbound, or its holder's account is closed
Source  domain.md (c.1) A3, A4: 24 h after a change no money leaves to the card
"""

from collections.abc import Iterable
from datetime import date

from msgspec.structs import replace

from cunguan.kernel.instruction import Given
from cunguan.kernel.rows import Card, Move
from cunguan.policy.evaluate import PACKS
from cunguan.states.card import CARD

#: 24 h after a binding no money leaves to the card; where the pack is silent, the next working day
COOLING_WORKING_DAYS = 1


def cooling_until(given: Given) -> date:
    """Return the first day on which money may leave to a card that is bound today."""
    pack = PACKS[given.pack]
    days = pack.params.get("card_cooling_working_days", COOLING_WORKING_DAYS)
    return pack.calendar.add_working_days(given.business_date, days)


def moved(card: Card, event: str) -> tuple[Card, Move]:
    """Return the card after an event, and the move."""
    state = CARD.after(card.state, event)
    return replace(card, state=state), Move("card", card.id, event, state)


def unbound(cards: Iterable[Card]) -> tuple[tuple[Card, ...], tuple[Move, ...]]:
    """Return the cards after they were unbound, and the moves; those that wait for a review are refused by it."""
    ended = [moved(card, "unbound") for card in cards if CARD.may(card.state, "unbound")]
    return tuple(card for card, _ in ended), tuple(move for _, move in ended)
