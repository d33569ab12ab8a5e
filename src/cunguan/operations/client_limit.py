"""Client limit (客户限额调整): a client says how much may leave his account by one withdrawal and in one day.

When    he confirms it with a key; a page or his platform hands it in
Reads   the holder and his pool, his key, his limit
Returns Decision; what is lower counts at once, what is higher a day later, so that who has stolen a device cannot do both at once
Order   amounts, account, confirmation
Source  transparency.md part 6 "Step-up matrix"; ADR 0048
"""

import msgspec

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import AuthorityText, Decision, Given, Instruction, refuse
from cunguan.kernel.rows import ClientLimit, Holder, Pool
from cunguan.ledger.book import Book
from cunguan.operations import client_limits
from cunguan.operations.authority import Signer, confirmed, signer_of, usable

KIND = "client_limit"
VERSION = 1
LANE = "platform"


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The limits he wants: of one withdrawal, and of a business day; 0 is none."""

    holder: str
    each_minor: int
    day_minor: int


class Facts(msgspec.Struct, frozen=True, gc=False):
    """What a change depends on."""

    holder: Holder | None
    pool: Pool | None
    key: Signer | None
    limit: ClientLimit | None


def authority_text(instruction: Instruction, lane: int) -> AuthorityText | None:
    """Return the text the client confirms: the day's limit stands for its amount, the withdrawal's beside it."""
    body = instruction.body
    assert isinstance(body, Body)
    return AuthorityText(
        lane, instruction.id, "P", body.holder, KIND, body.day_minor, f"each:{body.each_minor}", "", ""
    )


def load(instruction: Instruction, book: Book, given: Given) -> Facts:
    """Collect the facts of a change."""
    body = instruction.body
    assert isinstance(body, Body)
    holder = book.get(Holder, body.holder)
    return Facts(
        holder=holder,
        pool=None if holder is None else book.get(Pool, holder.pool),
        key=None if holder is None else signer_of(book, holder, given),
        limit=book.get(ClientLimit, body.holder),
    )


def decide(instruction: Instruction, facts: Facts, given: Given) -> Decision:
    """Decide one change."""
    body, limit = instruction.body, facts.limit
    assert isinstance(body, Body)
    if body.each_minor < 0 or body.day_minor < 0:
        return refuse(Code.amount_not_positive, "a limit is an amount, or 0 for none")
    refused = usable(facts.holder)
    if refused is not None:
        return refuse(refused)
    refused = confirmed(given, facts.key, body.holder)
    if refused is not None:
        return refuse(refused)
    assert facts.pool is not None, "a holder belongs to a pool"
    before = limit or client_limits.at_first(body.holder, facts.pool.currency, given.business_date)
    after = client_limits.changed(client_limits.now(before, given), body.each_minor, body.day_minor, given)
    return Decision(
        Code.done,
        adds=(after,) if limit is None else (),
        changes=() if limit is None else (after,),
        authority=given.confirmation,
        answer={**client_limits.told(after)},
    )
