"""Partner payout (合作方付款): a partner's share of the fees leaves the pool for his own account.

When    he asks for it through the platform, and two people answer for it
Reads   the partner with his 2160, his pool, the bank account, his bound account, the pool's 2155
Posts   Dr 2160 / Cr 2155; on the bank's word Dr 2155 / Cr 1010, or back
Returns Decision with the message for the bank; the payout's id is the instruction's
Order   partner, amount, two names, pool, cover, bank account, payee, money
Source  invariant 8; domain-decisions.md 1, 3
"""

import msgspec

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Decision, Given, Instruction, refuse
from cunguan.kernel.rows import Partner, Pool
from cunguan.ledger.book import Book
from cunguan.operations.platform_payouts import Facts as PayoutFacts
from cunguan.operations.platform_payouts import Wanted, collect, pay

KIND = "partner_payout"
VERSION = 1
LANE = "platform"


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How much of his share; `payee_hash` is the account both people saw."""

    partner: str
    bank_account: str
    amount_minor: int
    payee_hash: str
    maker: str
    checker: str


class Facts(msgspec.Struct, frozen=True, gc=False):
    """What a payout depends on."""

    partner: Partner | None
    payout: PayoutFacts


def load(instruction: Instruction, book: Book, given: Given) -> Facts:
    """Collect the facts of a payout."""
    body = instruction.body
    assert isinstance(body, Body)
    partner = book.get(Partner, body.partner)
    pool = None if partner is None else book.get(Pool, partner.pool)
    source = 0 if partner is None else partner.account
    return Facts(
        partner, collect(book, pool=pool, bank_account=body.bank_account, payees_of=body.partner, source=source)
    )


def decide(instruction: Instruction, facts: Facts, given: Given) -> Decision:
    """Decide one payout; an ended contract does not take from a partner what is his."""
    body, partner = instruction.body, facts.partner
    assert isinstance(body, Body)
    if partner is None:
        return refuse(Code.partner_not_found)
    if partner.state == "suspended":
        return refuse(Code.state_forbids, "the partner is suspended")
    wanted = Wanted(
        partner.id, body.amount_minor, body.payee_hash, body.maker, body.checker, Code.insufficient_platform_money
    )
    return pay(instruction, facts.payout, wanted, given)
