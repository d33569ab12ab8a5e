"""Channel net settlement (渠道净额清算): one credit of the bank for many deposits of a channel, less the channel's fee.

When    the bank shows it, with the channel's file that names the deposits; T+1 as a rule
Reads   the clearing account of the channel and date, the deposits with their holders, the bank account, the pool's cover
Posts   Dr 1010 net, Dr 1030 fee / Cr 1020 gross; Dr 2015 / Cr 2010 gross, for every deposit
Returns Decision; the client gets the gross; the fee is a shortfall of the instruction's id, which the firm makes good the
        same day. `left_minor` is what the channel still owes for the date: a later file, or a failed deposit
Order   amounts, reference, value date, number of deposits, clearing, pool, bank account, deposits, their sum, size
Source  domain-decisions.md 4 (B15), 5; design/lanes.md 13
"""

from collections.abc import Sequence
from datetime import date

import msgspec
from msgspec.structs import replace

from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Decision, Given, Instruction, refuse
from cunguan.kernel.rows import BankAccount, Clearing, Deposit, Holder, Move, Pool, Row, Shortfall
from cunguan.ledger.book import Book
from cunguan.ledger.templates.channel_net_settlement import channel_settled_net, cleared_gross
from cunguan.operations.cover import Standing, following, in_use, standing
from cunguan.operations.deposit_notice import clearing_id
from cunguan.operations.receiving import fits
from cunguan.operations.runs import ATOMIC_ITEMS
from cunguan.operations.value_dates import value_dated
from cunguan.states.deposit import DEPOSIT
from cunguan.states.shortfall import SHORTFALL

KIND = "channel_net_settlement"
VERSION = 1
LANE = "platform"
ID_PREFIX = "net:"


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the channel paid for which deposits; `net_minor` is what the bank shows, gross less `fee_minor`."""

    pool: str
    channel: str
    settle_date: date
    bank_account: str
    net_minor: int
    fee_minor: int
    deposits: tuple[str, ...]
    reference: str
    value_date: date | None = None


class Facts(msgspec.Struct, frozen=True, gc=False):
    """What a settlement depends on; the deposits in the order named, each with its holder."""

    clearing: Clearing | None
    pool: Pool | None
    bank: BankAccount | None
    deposits: Sequence[tuple[Deposit | None, Holder | None]]
    standing: Standing | None
    owed_minor: int
    balances_minor: tuple[int, ...]


def load(instruction: Instruction, book: Book, given: Given) -> Facts:
    """Collect the facts of a settlement."""
    body = instruction.body
    assert isinstance(body, Body)
    clearing = book.get(Clearing, clearing_id(body.pool, body.channel, body.settle_date))
    pool, bank = book.get(Pool, body.pool), book.get(BankAccount, body.bank_account)
    if clearing is None or pool is None or bank is None or len(body.deposits) > ATOMIC_ITEMS:
        return Facts(clearing, pool, bank, (), None, 0, (0,))
    deposits = book.many(Deposit, body.deposits)
    holders = book.many(Holder, [deposit.holder if deposit is not None else "" for deposit in deposits])
    known = [holder for holder in holders if holder is not None]
    return Facts(
        clearing=clearing,
        pool=pool,
        bank=bank,
        deposits=list(zip(deposits, holders, strict=True)),
        standing=standing(book, pool),
        owed_minor=book.balance(clearing.account),
        balances_minor=(book.balance(bank.account), *(book.balance(holder.available) for holder in known)),
    )


def decide(instruction: Instruction, facts: Facts, given: Given) -> Decision:
    """Decide one settlement."""
    body, clearing = instruction.body, facts.clearing
    assert isinstance(body, Body)
    gross_minor = body.net_minor + body.fee_minor
    if body.net_minor <= 0 or body.fee_minor < 0:
        return refuse(Code.amount_not_positive)
    if not body.reference.strip():
        return refuse(Code.details_missing, "the bank's reference finds the credit on the statement")
    refusal = value_dated(body.value_date, given)
    if refusal is not None:
        return refuse(refusal)
    if not body.deposits:
        return refuse(Code.details_missing, "the channel's file names the deposits it pays")
    if len(body.deposits) > ATOMIC_ITEMS:
        return refuse(Code.limit_exceeded, "a channel's file is cut into parts", most=ATOMIC_ITEMS)
    if len(set(body.deposits)) != len(body.deposits):
        return refuse(Code.duplicate_detail)
    wrong = in_use(facts.pool, facts.bank)
    if wrong is not None:
        return refuse(*wrong)
    if clearing is None:
        return refuse(Code.deposit_not_found, "the channel owes nothing for that date")
    unfit = [name for name, pair in zip(body.deposits, facts.deposits, strict=True) if not _is_due(pair, clearing)]
    if unfit:
        return refuse(Code.deposit_not_uncleared, "nothing moved", deposits=unfit)
    pairs = [(deposit, holder) for deposit, holder in facts.deposits if deposit is not None and holder is not None]
    sum_minor = sum(deposit.amount_minor for deposit, _ in pairs)
    if sum_minor != gross_minor:
        return refuse(Code.details_differ, "net and fee are not the sum of the deposits", gross_minor=sum_minor)
    if not fits(gross_minor, facts.balances_minor):
        return refuse(Code.balance_too_large)
    return _accept(instruction.id, body, facts, pairs, given)


def _is_due(pair: tuple[Deposit | None, Holder | None], clearing: Clearing) -> bool:
    deposit, _ = pair
    return deposit is not None and deposit.clearing == clearing.id and deposit.state == "uncleared"


def _accept(
    settlement: str, body: Body, facts: Facts, pairs: Sequence[tuple[Deposit, Holder]], given: Given
) -> Decision:
    clearing, pool, bank, before = facts.clearing, facts.pool, facts.bank, facts.standing
    assert clearing is not None and pool is not None and bank is not None and before is not None
    postings = channel_settled_net(
        bank=bank, pool=pool, clearing=clearing, net_minor=body.net_minor, fee_minor=body.fee_minor, opened=given.seq
    ) + cleared_gross(pairs)
    cleared = [replace(deposit, state=DEPOSIT.after(deposit.state, "bank_settled")) for deposit, _ in pairs]
    changes: list[Row] = [*cleared]
    moves = [Move("deposit", deposit.id, "bank_settled", deposit.state) for deposit in cleared]
    left_minor = facts.owed_minor - body.net_minor - body.fee_minor
    if not body.fee_minor:
        return Decision(
            Code.done, postings=postings, changes=tuple(changes), moves=tuple(moves), value_date=body.value_date,
            answer={"left_minor": left_minor, "pool": pool.state},
        )  # fmt: skip
    shortfall = Shortfall(
        settlement, pool.id, body.fee_minor, 0, given.business_date, "channel_fee", f"fee of {body.channel}", given.seq,
        SHORTFALL.initial,
    )  # fmt: skip
    after = following(before, before.gap_minor + body.fee_minor, shortfall)
    return Decision(
        Code.done, postings=postings, adds=(shortfall,), changes=(*changes, *after.changes),
        moves=(*moves, *after.moves), value_date=body.value_date,
        answer={"left_minor": left_minor, "pool": after.pool.state},
    )  # fmt: skip
