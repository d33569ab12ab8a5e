"""Files of a proof of liabilities (负债证明文件): what a client is given, what an attester works on, what he signs.

When    a proof is handed out or checked; a snapshot is exported; an attestation is made or recorded
Shape   canonical JSON and one line feed; other bytes are refused, so that nothing in a file can be changed and still be read
        proof        format, the snapshot's act, the client's inclusion, its place in the log, the attestations with theirs
        working file first line Working; then one line a client in the order of the leaves: liabilities.Owed
        attestation  format, statement (its canonical text), signature by the attester's key, figures with the salt that hides them
        An act is a leaf of the log: sequence, salt, content; its entry is LIABILITIES of part(salt, content) (leaf.py)
        hidden(salt, text) is HMAC-SHA-256: statement and snapshot bind figures that only attesters and the custodian see
Errors  LiabilityWrong: what is wrong with a file
Source  ADR 0042; tests/golden/liabilities.json
"""

import hmac
from typing import Any, Final, TypeVar

import msgspec

from cunguan.kernel.canonical import canonical_bytes, canonical_json
from cunguan.transparency import leaf, liabilities
from cunguan.transparency.liabilities import Inclusion, LiabilityWrong, Owed

PROOF: Final = "cunguan-liabilities-proof/1"
WORKING: Final = "cunguan-liabilities-working/1"
ATTESTATION: Final = "cunguan-liabilities-attestation/1"
SNAPSHOT_TABLE: Final = "liability_snapshot"
ATTESTATION_TABLE: Final = "liability_attestation"
_SIGNED: Final = b"cunguan-liabilities-attestation-v1\n"

#: what is said of the assets: by nobody; they match; bank and books differ; they match, and the firm owes the pool
NOT_ATTESTED, AGREES, DIFFERS, SHORT = "not_attested", "agrees", "differs", "short"

T = TypeVar("T", bound=msgspec.Struct)


class Act(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An act of the log, opened."""

    sequence: int
    salt: str
    content: str

    def entry(self) -> bytes:
        """Return the bytes of its leaf."""
        part = leaf.part(_salt(self.salt), self.content.encode())
        return leaf.entry(leaf.LeafType.LIABILITIES, self.sequence, leaf.commitment(leaf.LeafType.LIABILITIES, [part]))


class Snapshot(msgspec.Struct, frozen=True):
    """What the act of a snapshot says: which pool, when, and the commitments. It holds no figure."""

    id: str
    lane: int
    pool: str
    currency: str
    at: str
    business_date: str
    seq: int  # the lane's head it was taken at
    run: str  # snapshots of one run were taken in one transaction
    slot: str  # why then: daily:DATE, drawn:LOG:SIZE, asked:ID
    drawn_by: str  # what a drawn moment came from: witness, custodian; "" otherwise
    root: str
    total: str
    detail: str


class Statement(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What an attester signs: the snapshot he added up anew, and what he says of the assets."""

    snapshot: str
    pool: str
    currency: str
    at: str
    root: str
    total: str
    detail: str
    attester: str
    role: str
    attested_at: str
    assets: str
    #: SHA-256 of each bank statement that was signed by its bank and taken into account
    bank_statements: list[str]
    #: bank accounts whose balance the attester saw himself
    seen: list[str]
    figures: str


class Attestation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A signed statement; `figures` are for who may see sums."""

    format: str
    statement: str
    algorithm: str
    public_key: str
    signature: str
    figures: str
    figures_salt: str


class Attested(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An attestation as the log has it."""

    act: Act
    log: str


class Proof(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A client's proof; `log` is the tlog-proof of the act, "" where no checkpoint holds it yet."""

    format: str
    act: Act
    inclusion: Inclusion
    log: str
    attestations: list[Attested]


class Line(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A sum of accounts of one code in the pool."""

    code: str
    name: str
    accounts: int
    minor: int


class Movement(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What moved a bank account on one business date by one template: paid in less paid out."""

    business_date: str
    template: str
    count: int
    net_minor: int


class Bank(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A bank account of the pool as the books have it, with its last days."""

    id: str
    reference: str
    minor: int
    movements_from: str
    movements: list[Movement]


class Detail(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The figures of a snapshot: what is owed to clients and to others, what the pool has, by code; its bank accounts."""

    snapshot: str
    clients: int
    client_minor: int
    others: list[Line]
    assets: list[Line]
    banks: list[Bank]

    @property
    def owed_minor(self) -> int:
        """What the pool owes in all."""
        return self.client_minor + sum(line.minor for line in self.others)

    @property
    def asset_minor(self) -> int:
        """What the pool has by its books."""
        return sum(line.minor for line in self.assets)


class Item(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What stands between a bank's balance and the books': paid in (above zero) or out that one of them does not have yet."""

    what: str
    minor: int


class Looked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A bank account as an attester found it; closing and items come to what the books have. `source`: bank_statement, seen, ""."""

    id: str
    books_minor: int
    source: str
    closing_minor: int
    on: str
    document: str  # SHA-256 of the statement
    bank_key: str  # id of the bank's key
    items: list[Item]

    @property
    def difference_minor(self) -> int:
        """What is left unexplained."""
        return self.books_minor - self.closing_minor - sum(item.minor for item in self.items)


class Figures(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What an attester found, in figures: only he, the custodian and whoever they show it to see it."""

    clients: int
    client_minor: int
    owed_minor: int
    asset_minor: int
    #: what the firm and clients owe the pool (1030, 1040) beyond what is the firm's own in it (3010)
    missing_minor: int
    banks: list[Looked]

    @property
    def assets(self) -> str:
        """The word for it."""
        if not self.banks or any(not bank.source for bank in self.banks):
            return NOT_ATTESTED
        if any(bank.difference_minor for bank in self.banks):
            return DIFFERS
        return SHORT if self.missing_minor else AGREES


class BankKey(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A bank's key as two people registered it."""

    name: str
    algorithm: str
    public_key: str


class Working(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The first line of a working file; `log` as in Proof, `bank_keys` as they were registered when it was given out."""

    format: str
    recipient: str
    act: Act
    log: str
    key: str
    detail: str
    detail_salt: str
    bank_keys: list[BankKey]


# ── bytes ────────────────────────────────────────────────────────────────────
def written(value: msgspec.Struct) -> bytes:
    """Return the bytes of a file, or of a line of one."""
    return canonical_json(value) + b"\n"


def read(of: type[T], content: bytes, form: str = "") -> T:
    """Read a file; LiabilityWrong for what is not exactly one."""
    try:
        value = msgspec.json.decode(content, type=of)
    except (msgspec.DecodeError, UnicodeDecodeError) as why:
        raise LiabilityWrong(f"this is no {form or of.__name__.lower()}: {why}") from None
    if form and getattr(value, "format", form) != form:
        raise LiabilityWrong(f"this is no {form}")
    if written(value) != content:
        raise LiabilityWrong("the bytes are not as this file is written: something was changed")
    return value


def row_of(content: str, table: str) -> Any:
    """Return the row an act is of."""
    try:
        told = msgspec.json.decode(content)
        if told["table"] != table or told["act"] != "insert":
            raise KeyError
        return told["row"]
    except (msgspec.DecodeError, KeyError, TypeError):
        raise LiabilityWrong(f"the act is of no {table}") from None


def snapshot_of(act: Act) -> Snapshot:
    """Return the snapshot an act says."""
    try:
        return msgspec.convert(row_of(act.content, SNAPSHOT_TABLE), Snapshot)
    except msgspec.ValidationError as why:
        raise LiabilityWrong(f"the act is of no snapshot: {why}") from None


def hidden(salt: bytes, text: str) -> str:
    """Return what binds a text and does not show it."""
    return hmac.digest(salt, text.encode(), "sha256").hex()


def statement_text(statement: Statement) -> str:
    """Return the text of a statement."""
    return canonical_bytes("liabilities_attestation", 1, statement).decode()


def signed_bytes(text: str) -> bytes:
    """Return what an attester's signature is of."""
    return _SIGNED + text.encode()


def statement_of(text: str) -> Statement:
    """Read the text of a statement."""
    kind, version, body = [*text.split("\n", 2), "", ""][:3]
    try:
        found = msgspec.json.decode(body, type=Statement)
    except msgspec.DecodeError as why:
        raise LiabilityWrong(f"this is no attester's statement: {why}") from None
    if (kind, version) != ("liabilities_attestation", "1") or statement_text(found) != text:
        raise LiabilityWrong("this is no attester's statement as it is written")
    return found


# ── checks ───────────────────────────────────────────────────────────────────
def check_proof(proof: Proof) -> tuple[Snapshot, int]:
    """Return the snapshot of a proof and what its client was owed there; LiabilityWrong where the proof does not say so."""
    snapshot = snapshot_of(proof.act)
    minor = liabilities.check(proof.inclusion, _salt(snapshot.root), _salt(snapshot.total))
    return snapshot, minor


def same_snapshot(statement: Statement, snapshot: Snapshot) -> None:
    """Refuse a statement about another snapshot, or about this one with other commitments."""
    for name in ("pool", "currency", "at", "root", "total", "detail"):
        if getattr(statement, name) != getattr(snapshot, name):
            raise LiabilityWrong(f"the attester's statement has another {name} than the snapshot")
    if statement.snapshot != snapshot.id:
        raise LiabilityWrong(f"the attester's statement is about {statement.snapshot}, not {snapshot.id}")


def check_detail(working: Working) -> Detail:
    """Return the figures of a snapshot; LiabilityWrong where they are not those it bound, or do not balance."""
    snapshot = snapshot_of(working.act)
    if hidden(_salt(working.detail_salt), working.detail) != snapshot.detail:
        raise LiabilityWrong("the figures are not those the snapshot bound")
    detail = read(Detail, working.detail.encode() + b"\n")
    if detail.snapshot != snapshot.id:
        raise LiabilityWrong("the figures are another snapshot's")
    if any(line.minor < 0 for line in (*detail.others, *detail.assets)):
        raise LiabilityWrong("a line of the figures is below zero")
    if detail.owed_minor != detail.asset_minor:
        raise LiabilityWrong(
            f"the pool has {detail.asset_minor} by its books and owes {detail.owed_minor}: somebody is left out or added"
        )
    if sum(bank.minor for bank in detail.banks) != sum(line.minor for line in detail.assets if line.code == "1010"):
        raise LiabilityWrong("the bank accounts do not sum to 1010")
    return detail


def owed_line(line: bytes) -> Owed:
    """Read a client's line of a working file."""
    return read(Owed, line)


def _salt(text: str) -> bytes:
    return liabilities.unhex(text)
