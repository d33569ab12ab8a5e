"""Explanation (凭证溯源): from an instruction to everything it did, and to who allowed it.

Reads   its row and answer, its batch, its postings, the authorities it brought or cites, moves of states and claims
Shape   Explanation; a Debit and a Credit side a T-account: each account with what this journal did to it
Source  invariants 9, 10 and 32; domain-decisions.md 8 and 35
"""

import json
from datetime import date, datetime
from typing import Any

import msgspec

from cunguan.kernel.codes import Code
from cunguan.store.history import Account, Authority, ClaimMoved, Decided, History, LaneSeen, Posted, StateMove


class Batch(msgspec.Struct, frozen=True):
    """Under which code, pack and rules it was decided."""

    first_seq: int
    last_seq: int
    at: datetime
    business_date: date
    code_version: str
    pack: str
    pack_version: int
    rule_set_hash: str


class Confirmed(msgspec.Struct, frozen=True):
    """An authority: its fields, the text that was confirmed, and the evidence; `is_own`: this instruction brought it."""

    seq: int
    instruction: str
    is_own: bool
    kind: str
    owner: str
    type: str
    amount_minor: int
    payee: str
    listing: str
    until: str
    text: str
    evidence_kind: str
    key_id: str
    challenge: str
    public_key: str
    evidence: str


class TAccount(msgspec.Struct):
    """One account and what this journal did to it, in order."""

    account: int
    code: str
    owner: str
    debits: list[int]
    credits: list[int]
    after_minor: int = 0


class Explanation(msgspec.Struct, frozen=True):
    """Everything of one instruction."""

    platform: str
    seq: int
    id: str
    kind: str
    version: int
    state: str
    code: str
    why: str
    body: Any
    answer: Any
    batch: Batch
    template: str
    value_date: date | None
    currency: str
    postings: list[Posted]
    t_accounts: list[TAccount]
    authorities: list[Confirmed]
    state_moves: list[StateMove]
    claim_moves: list[ClaimMoved]


def explain(history: History, lane: LaneSeen, seq: int) -> Explanation | None:
    """Return everything of the instruction of a sequence; None when there is none."""
    found = history.decided(lane.lane, seq)
    if found is None:
        return None
    postings = history.postings(lane.lane, seq)
    cited = {seq, *(one.authority for one in postings if one.authority)}
    return Explanation(
        lane.platform, seq, found.id, found.kind, found.version, found.state, Code(found.code).name, found.why,
        json.loads(found.body), json.loads(found.detail), _batch(found), found.template, found.value_date,
        _currency(history.account(lane.lane, postings[0].debit_account)) if postings else "",
        postings, t_accounts(postings),
        [_confirmed(one, seq) for one in history.authorities(lane.lane, sorted(cited))],
        history.state_moves(lane.lane, seq), history.claim_moves(lane.lane, seq),
    )  # fmt: skip


def _currency(account: Account | None) -> str:
    return "" if account is None else account.currency


def _batch(found: Decided) -> Batch:
    return Batch(
        found.batch_first, found.batch_last, found.at, found.business_date, found.code_version, found.pack,
        found.pack_version, found.rule_set_hash,
    )  # fmt: skip


def _confirmed(one: Authority, seq: int) -> Confirmed:
    # Two names stand where a key and a signature would: the maker's in key_id, the checker's in the evidence.
    is_name = one.evidence_kind == "two_names"
    return Confirmed(
        one.seq, one.instruction, one.seq == seq, one.kind, one.owner, one.type, one.amount_minor, one.payee, one.listing,
        one.until, one.canonical.decode(errors="replace"), one.evidence_kind, one.key_id, one.challenge.hex(),
        one.public_key.hex(), one.evidence.decode(errors="replace") if is_name else one.evidence.hex(),
    )  # fmt: skip


def t_accounts(postings: list[Posted]) -> list[TAccount]:
    """Return the accounts of a journal in the order in which they were touched, each with its two sides."""
    found: dict[int, TAccount] = {}
    for one in postings:
        debit = found.setdefault(
            one.debit_account, TAccount(one.debit_account, one.debit_code, one.debit_owner, [], [])
        )
        debit.debits.append(one.amount_minor)
        debit.after_minor = one.debit_after_minor
        credit = found.setdefault(
            one.credit_account, TAccount(one.credit_account, one.credit_code, one.credit_owner, [], [])
        )
        credit.credits.append(one.amount_minor)
        credit.after_minor = one.credit_after_minor
    return list(found.values())
