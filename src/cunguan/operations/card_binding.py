"""Card binding (绑卡、换绑): the one bank account or card in the client's own name where his withdrawals go.

When    a client confirms a card; a second card takes the place of the first while no money is there
Reads   the holder with his five balances, his key, his cards
Returns Decision; the card is active and cools until a working day later, the card before it is unbound
Order   details, account, empty account for a change, confirmation, card
Source  domain.md (c.1) A3: one active withdrawal card; a change with money in the account is a review's work
"""

import msgspec
from msgspec.structs import replace

from cunguan.kernel.codes import Code
from cunguan.kernel.ids import is_id
from cunguan.kernel.instruction import AuthorityText, Decision, Given, Instruction, refuse
from cunguan.kernel.rows import Card, ClientKey, Holder, Move
from cunguan.ledger.book import Book
from cunguan.operations.authority import confirmed, usable
from cunguan.policy.evaluate import PACKS
from cunguan.states.card import CARD

KIND = "card_binding"
VERSION = 1
LANE = "platform"

#: 24 h after a binding no money leaves to the card; where the pack is silent, the next working day
COOLING_WORKING_DAYS = 1


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A card by opaque reference; `payee_hash` is the hash of account and name, which the client confirms."""

    holder: str
    card: str
    payee_hash: str


class Facts(msgspec.Struct, frozen=True, gc=False):
    """What a binding depends on; `in_force` are the cards that a new one replaces."""

    holder: Holder | None
    key: ClientKey | None
    card: Card | None
    in_force: tuple[Card, ...]
    balance_minor: int


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
    cards = book.find(Card, "holder", body.holder)
    return Facts(
        holder=holder,
        key=None if holder is None else book.get(ClientKey, holder.key_id),
        card=book.get(Card, body.card),
        in_force=tuple(card for card in cards if CARD.may(card.state, "unbound")),
        balance_minor=0 if holder is None else sum(book.balance(account) for account in holder.accounts()),
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
    if facts.in_force and facts.balance_minor:
        return refuse(Code.account_not_empty, balance_minor=facts.balance_minor)
    refused = confirmed(given, facts.key, body.holder)
    if refused is not None:
        return refuse(refused)
    if facts.card is not None:
        return refuse(Code.card_exists)
    return _bind(body, facts.in_force, given)


def _bind(body: Body, before: tuple[Card, ...], given: Given) -> Decision:
    pack = PACKS[given.pack]
    days = pack.params.get("card_cooling_working_days", COOLING_WORKING_DAYS)
    cooling_until = pack.calendar.add_working_days(given.business_date, days)
    unbound = tuple(replace(card, state=CARD.after(card.state, "unbound")) for card in before)
    return Decision(
        Code.done,
        adds=(Card(body.card, body.holder, body.payee_hash, given.business_date, cooling_until, CARD.initial),),
        changes=unbound,
        moves=tuple(Move("card", card.id, "unbound", card.state) for card in unbound),
        authority=given.confirmation,
        answer={"cooling_until": cooling_until.isoformat()},  # the first day a withdrawal may go there
    )
