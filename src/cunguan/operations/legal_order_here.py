"""Legal order here (司法冻结在本平台): obey what lane 0 says of an order: how much this lane may freeze of the person now.

When    lane 0 asks this lane for the first time, raises or lowers what it may freeze, or the order has ended
Reads   the word itself in lane 0's outbox, the person's accounts, the orders over them here
Posts   Dr 2010 / Cr 2040 what is available, up to the limit; or Dr 2040 / Cr 2010 what is above it. What is given back
        goes on to the next order that waits (operations/seizing.py)
Returns Decision; a lock, a suspension or a closing stops nothing of it. Lane 0 hears what is frozen. An older word than
        the last one obeyed changes nothing
Order   id, the word
Source  domain-decisions.md 28, 30; domain.md (c.1) A11, invariant 38; docs/adr/0017
"""

import msgspec
from msgspec.structs import replace

from cunguan.kernel.codes import Code
from cunguan.kernel.ids import is_of, order_word_id
from cunguan.kernel.instruction import Decision, Given, Instruction, refuse
from cunguan.kernel.rows import Message, Move, OrderHere
from cunguan.ledger.book import Book
from cunguan.operations.authority import by_two_names
from cunguan.operations.freezing import Freezing, Known, known
from cunguan.operations.order_words import Word, word_message
from cunguan.states.order_here import ORDER_HERE

KIND = "legal_order_here"
VERSION = 1
LANE = "platform"
ID_PREFIX = "legal:"


Body = Word


class Facts(msgspec.Struct, frozen=True, gc=False):
    """What a word depends on."""

    said: Message | None
    known: Known


def load(instruction: Instruction, book: Book, given: Given) -> Facts:
    """Collect the facts; the word itself is read in lane 0, so that nobody else can say it."""
    body = instruction.body
    assert isinstance(body, Body)
    return Facts(
        book.foreign(Message, order_word_id(body.order, given.lane, body.word)), known(book, body.person, body.currency)
    )


def decide(instruction: Instruction, facts: Facts, given: Given) -> Decision:
    """Decide one word."""
    body = instruction.body
    assert isinstance(body, Body)
    name = order_word_id(body.order, given.lane, body.word)
    if not is_of(instruction.id, name):
        return refuse(Code.id_malformed, f"the id of this word is {name}")
    if facts.said is None or facts.said.payload != word_message(body, given.lane, 0).payload:
        return refuse(Code.order_not_found, "lane 0 has said no such word")
    return _obey(instruction.id, body, facts.known, given)


def _obey(name: str, body: Body, before: Known, given: Given) -> Decision:
    work = Freezing(before, given)
    here = work.orders.get(body.order)
    if here is None:
        here = OrderHere(
            body.order, body.person, body.currency, body.rank, 0, 0, 0, 0, 0, 0, given.seq, ORDER_HERE.initial
        )
        work.put(here)  # lane 0 waits for an answer, even where there is nothing
    if body.word > here.word:
        work.orders[here.id] = _heard(here, body, work)
        work.give_back(here.id)
        work.fill(here.id)
    adds, changes = work.rows()
    return Decision(
        Code.done, postings=tuple(work.postings), adds=adds, changes=changes, moves=tuple(work.moves),
        authority=by_two_names(
            given, name, "L", owner=body.person, type="legal_order", amount_minor=body.amount_minor,
            payee=body.instrument, maker=body.maker, checker=body.checker,
        ),
        answer={"frozen_minor": work.orders[body.order].frozen_minor},
    )  # fmt: skip


def _heard(here: OrderHere, body: Body, work: Freezing) -> OrderHere:
    here = replace(here, limit_minor=body.limit_minor, word=body.word)
    if not body.ended or here.state in ORDER_HERE.final:
        return here
    state = ORDER_HERE.after(here.state, body.ended)
    work.moves.append(Move("order_here", here.id, body.ended, state))
    return replace(here, state=state)
