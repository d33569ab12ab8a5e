"""Instruction (指令): what is asked, by whom it was authorised, and what the lane gives with it.

Shape   Instruction: id, kind, typed body, the client's evidence; Given: sequence, dates, verified evidence
        Posting: debit account, credit account, amount > 0; Decision: everything an instruction does, as values
Units   minor units; `authority` and `opened` are sequences of the same lane (None: not needed, decision 8)
Source  design/lanes.md; domain-decisions.md 8 and 10; ISO 20022 InstrId
"""

from datetime import date, datetime

import msgspec

from cunguan.kernel.canonical import canonical_bytes, challenge
from cunguan.kernel.codes import Code
from cunguan.kernel.rows import Account, ClaimMove, Move, Row


class Evidence(msgspec.Struct, frozen=True, gc=False):
    """What a client gave to prove his will: a signature of the challenge by his key."""

    kind: str  # sandbox_ed25519 until passkeys exist
    key_id: str
    public_key: bytes
    signature: bytes


class Instruction(msgspec.Struct, frozen=True):
    """One instruction as a door hands it in; `body` is the typed message of its operation."""

    id: str
    kind: str
    body: msgspec.Struct
    evidence: Evidence | None = None


class AuthorityText(msgspec.Struct, frozen=True, gc=False):
    """The text a client confirms. Its canonical bytes are kept; their hash is what he signs."""

    lane: int
    instruction_id: str
    kind: str  # P for this instruction, A standing, F fees
    owner: str
    type: str
    amount_minor: int
    payee: str
    listing: str
    until: str

    def canonical(self) -> bytes:
        """Return the bytes that are stored and hashed."""
        return canonical_bytes("authority", 1, self)

    def challenge(self) -> bytes:
        """Return what the client's key signs."""
        return challenge(self.canonical())


class Confirmation(msgspec.Struct, frozen=True, gc=False):
    """Evidence beside the text it is about, and whether the signature held when it came in."""

    text: AuthorityText
    evidence: Evidence
    holds: bool


class Restored(msgspec.Struct, frozen=True, gc=False):
    """The last restore of a lane's books that was declared: payments of before it wait for the bank's word.

    upto   what stands at this sequence or below it was there before the restore
    since  the business date of the last batch that was restored: what the bank has paid from then on may be lost here
    """

    epoch: int
    upto: int
    since: date


class Given(msgspec.Struct, frozen=True, gc=False):
    """What the lane gives to a decision: place, time, the verified confirmation, the last restore if there was one."""

    lane: int
    seq: int
    business_date: date
    at: datetime
    pack: str
    sandbox: bool
    confirmation: Confirmation | None = None
    restored: Restored | None = None


class Posting(msgspec.Struct, frozen=True, gc=False):
    """Money from one account to another: Dr `debit`, Cr `credit`; an unbalanced one cannot be expressed."""

    debit: int
    credit: int
    amount_minor: int
    authority: int | None = None  # who allowed the debit
    opened: int | None = None  # the instruction that opened the bucket it moves


class Decision(msgspec.Struct, frozen=True, gc=False):
    """What one instruction does. A refusal holds a code, a reason and an answer, nothing else."""

    code: Code
    why: str = ""
    postings: tuple[Posting, ...] = ()
    adds: tuple[Row, ...] = ()
    changes: tuple[Row, ...] = ()
    accounts: tuple[Account, ...] = ()
    moves: tuple[Move, ...] = ()
    claim_moves: tuple[ClaimMove, ...] = ()
    authority: Confirmation | None = None
    answer: dict[str, object] = {}
    value_date: date | None = None  # of a correction: the day it is about, not the day it is posted


class Answer(msgspec.Struct, frozen=True, gc=False):
    """What a caller hears: the same for a replay, byte for byte."""

    id: str
    code: Code
    seq: int | None = None  # None: not stored
    why: str = ""
    detail: dict[str, object] = {}


def refuse(code: Code, why: str = "", **answer: object) -> Decision:
    """Return a refusal; `answer` names what the caller can do about it."""
    return Decision(code, why, answer=answer)
