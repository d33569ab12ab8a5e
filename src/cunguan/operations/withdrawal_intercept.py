"""Withdrawal intercept (提现拦截): two people of the custodian stop a withdrawal that was not sent yet.

When    its binding changed since, a fraud is feared, the bank cannot take it; the reason is kept
Reads   the withdrawal, its message and holder, the fee's hold, the mandate it used
Posts   Dr 2030 / Cr 2010 principal; Dr 2020 / Cr 2010 fee: all of it to its owner, nothing else
Returns Decision; the message for the bank is withdrawn in the same journal
Order   two names, reason, withdrawal, state
Source  domain.md (c.2) B5, B6; domain-decisions.md 8, 25, 26
"""

import msgspec

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Decision, Given, Instruction, refuse
from cunguan.ledger.book import Book
from cunguan.operations import unpaid
from cunguan.operations.two_names import two_names
from cunguan.states.withdrawal import WITHDRAWAL

KIND = "withdrawal_intercept"
VERSION = 1
LANE = "platform"


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which withdrawal is stopped, why, by whom."""

    withdrawal: str
    reason: str
    maker: str
    checker: str


def load(instruction: Instruction, book: Book, given: Given) -> unpaid.Facts:
    """Collect the facts of an intercept."""
    body = instruction.body
    assert isinstance(body, Body)
    return unpaid.read(book, body.withdrawal)


def decide(instruction: Instruction, facts: unpaid.Facts, given: Given) -> Decision:
    """Decide one intercept; it takes no authority, for the money moves between buckets of one owner."""
    body, withdrawal = instruction.body, facts.withdrawal
    assert isinstance(body, Body)
    refused = two_names(body.maker, body.checker)
    if refused is not None:
        return refuse(refused)
    if not body.reason:
        return refuse(Code.reason_missing)
    if withdrawal is None:
        return refuse(Code.withdrawal_not_found)
    if withdrawal.state in WITHDRAWAL.final:
        return refuse(Code.withdrawal_final, f"the withdrawal is {withdrawal.state}", state=withdrawal.state)
    if not WITHDRAWAL.may(withdrawal.state, "intercepted"):
        return refuse(Code.withdrawal_not_held, f"the withdrawal is {withdrawal.state}", state=withdrawal.state)
    return unpaid.stopped(facts, "intercepted", None)
