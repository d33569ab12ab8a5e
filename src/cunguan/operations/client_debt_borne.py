"""Client debt borne (承担客户欠款): the firm gives a client's debt up, with own money it has in the pool for it.

When    two people decide that nothing more comes from him; it is the firm's loss, never the other clients'
Reads   the debt with its shortfall and its pool's cover
Posts   Dr 3010 / Cr 1040, all that is left; who has not paid in yet pays in first (pool_top_up)
Returns Decision
Order   reason, two names, debt, its state, pool, own money
Source  domain-decisions.md 1, 5
"""

import msgspec
from msgspec.structs import replace

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Decision, Given, Instruction, refuse
from cunguan.kernel.rows import Move
from cunguan.ledger.book import Book
from cunguan.ledger.templates.charge_back import debt_borne
from cunguan.operations.client_debts import Owed, owed, payable, stood_for
from cunguan.operations.cover import following
from cunguan.operations.two_names import two_names
from cunguan.states.client_debt import CLIENT_DEBT

KIND = "client_debt_borne"
VERSION = 1
LANE = "platform"


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which debt, and why it is given up."""

    debt: str
    reason: str
    maker: str
    checker: str


class Facts(msgspec.Struct, frozen=True, gc=False):
    """What it depends on."""

    owed: Owed | None


def load(instruction: Instruction, book: Book, given: Given) -> Facts:
    """Collect the facts."""
    body = instruction.body
    assert isinstance(body, Body)
    return Facts(owed(book, body.debt))


def decide(instruction: Instruction, facts: Facts, given: Given) -> Decision:
    """Decide one debt that is given up."""
    body, of = instruction.body, facts.owed
    assert isinstance(body, Body)
    if not body.reason.strip():
        return refuse(Code.reason_missing)
    refusal = two_names(body.maker, body.checker)
    if refusal is not None:
        return refuse(refusal)
    wrong = payable(of)
    if wrong is not None:
        return refuse(*wrong)
    assert of is not None
    if of.left_minor > of.standing.own_minor:
        return refuse(Code.insufficient_own_money, own_minor=of.standing.own_minor, left_minor=of.left_minor)
    state = CLIENT_DEBT.after(of.debt.state, "firm_bore_it")
    stood, stood_moves = stood_for(of, of.left_minor, is_own_money=True)
    after = following(of.standing, of.standing.gap_minor, *stood)  # 1040 and 3010 fall together: the gap stays
    return Decision(
        Code.done,
        postings=debt_borne(pool=of.standing.pool, debt=of.debt, amount_minor=of.left_minor),
        changes=(replace(of.debt, state=state), *stood, *after.changes),
        moves=(Move("client_debt", of.debt.id, "firm_bore_it", state), *stood_moves, *after.moves),
        answer={"borne_minor": of.left_minor},
    )
