"""Recorded proofs (已存负债证明): snapshots with what was attested of them, the keys that may attest, a client's proof, a working file.

When    somebody lists, shows, exports or asks for his proof; an attester's statement comes back; two people register a key
Shape   Seen: a snapshot with its figures, its act's number and its attestations
Errors  Missing: there is no such snapshot, holder, key · Refused: an attestation cannot be recorded, and why
Source  store/schema/0019_liabilities.sql; ADR 0042
"""

import base64
import hashlib
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import msgspec
import psycopg
from psycopg.rows import class_row

from cunguan.doors.liabilities.files import Kept
from cunguan.kernel.leaf import leaf_salt
from cunguan.keys.algorithms import KeyWrong, algorithm
from cunguan.store.sqlfiles import statement
from cunguan.transparency.leaf import ACTS
from cunguan.transparency.liabilities import unhex
from cunguan.transparency.liability_files import (
    ATTESTATION_TABLE,
    PROOF,
    SNAPSHOT_TABLE,
    WORKING,
    Act,
    Attestation,
    Attested,
    BankKey,
    Figures,
    Proof,
    Statement,
    Working,
    hidden,
    read,
    same_snapshot,
    signed_bytes,
    snapshot_of,
    statement_of,
    written,
)

Connection = psycopg.Connection[Any]
#: what proves an act's place in the log, as a tlog-proof; "" where no checkpoint holds it yet
Logged = Callable[[Act], str]
SaltKey = Callable[[int], bytes]

ATTESTERS: Final = ("regulator", "auditor")


class Missing(LookupError):
    """What was asked for is not there."""


class Refused(ValueError):
    """An attestation is not recorded; the message says why."""


class AttestedShown(msgspec.Struct, frozen=True):
    """An attestation in a list."""

    id: str
    attester: str
    role: str
    assets: str
    at: str


class Seen(msgspec.Struct, frozen=True):
    """A snapshot as it is kept."""

    id: str
    lane: int
    pool: str
    currency: str
    at: str
    business_date: str
    seq: int
    run: str
    slot: str
    drawn_by: str
    root: str
    total: str
    detail: str
    clients: int
    client_minor: int
    owed_minor: int
    act: int
    attested: list[AttestedShown]

    @property
    def assets(self) -> str:
        """What is said of the assets: by the last attestation that says something of them."""
        said = [one.assets for one in self.attested if one.assets != "not_attested"]
        return said[-1] if said else "not_attested"


class Key(msgspec.Struct, frozen=True):
    """A registered key."""

    id: str
    name: str
    role: str
    algorithm: str
    public_key: str
    maker: str
    checker: str
    at: datetime
    ended_at: datetime | None


def key_id(name: str, public: bytes) -> str:
    """Return the id of a key: what it is called, and 16 hex digits of its hash."""
    return f"{name}:{hashlib.sha256(public).hexdigest()[:16]}"


# ── reading ──────────────────────────────────────────────────────────────────
def asked_for(
    lane: int | None = None,
    pool: str | None = None,
    id: str | None = None,
    before: tuple[str, str] | None = None,
    limit: int = 100,
) -> dict[str, Any]:
    """Return the parameters of a list of snapshots, newest first, that begins before another's (at, id)."""
    at, before_id = before or (None, None)
    return {"lane": lane, "pool": pool, "id": id, "before": at, "before_id": before_id, "limit": limit}


def snapshots(connection: Connection, asked: dict[str, Any]) -> list[Seen]:
    """Return snapshots, newest first."""
    rows = connection.execute(statement("liability_snapshots"), asked)
    names = [column.name for column in rows.description or ()]
    return [msgspec.convert(dict(zip(names, row, strict=True)), Seen) for row in rows]


def snapshot(connection: Connection, id: str, lane: int | None = None) -> Seen:
    """Return one snapshot."""
    found = snapshots(connection, asked_for(lane=lane, id=id))
    if not found:
        raise Missing(f"there is no snapshot {id}: see `cunguan liabilities list`")
    return found[0]


def keys(connection: Connection) -> list[Key]:
    """Return every key that was registered."""
    with connection.cursor(row_factory=class_row(Key)) as cursor:
        return cursor.execute(statement("liability_keys")).fetchall()


def act(connection: Connection, salt_key: SaltKey, table: str, id: str) -> Act:
    """Return the act of a row, opened."""
    row = connection.execute(statement("liability_act"), {"subject": f"{table}:{id}"}).fetchone()
    assert row is not None, "a trigger has added it with the row"
    seq, salt_key_id, content = row
    return Act(seq, leaf_salt(salt_key(salt_key_id), ACTS, seq, 0).hex(), content.decode())


# ── giving out ───────────────────────────────────────────────────────────────
def proof(connection: Connection, home: Path, salt_key: SaltKey, logged: Logged, seen: Seen, holder: str) -> Proof:
    """Return a client's proof; nobody keeps who asked."""
    inclusion = Kept(home, seen.id).inclusion(holder)
    if inclusion is None:
        raise Missing(f"{holder} was not in pool {seen.pool} at {seen.at}")
    told = act(connection, salt_key, SNAPSHOT_TABLE, seen.id)
    attested = [act(connection, salt_key, ATTESTATION_TABLE, one.id) for one in seen.attested]
    return Proof(PROOF, told, inclusion, logged(told), [Attested(one, logged(one)) for one in attested])


def working(
    connection: Connection, home: Path, salt_key: SaltKey, logged: Logged, seen: Seen, recipient: str
) -> Iterator[bytes]:
    """Yield the lines of a working file for one recipient."""
    kept, told = Kept(home, seen.id), act(connection, salt_key, SNAPSHOT_TABLE, seen.id)
    head = kept.head()
    banks = [
        BankKey(key.id, key.algorithm, key.public_key)
        for key in keys(connection)
        if key.role == "bank" and not key.ended_at
    ]
    yield written(Working(WORKING, recipient, told, logged(told), head.key, head.detail, head.detail_salt, banks))
    yield from kept.lines()


def given_out(connection: Connection, seen: Seen, recipient: str, sha256: str, by: str, at: datetime) -> None:
    """Record that a working file was given out: it is an act of the log."""
    row = {"snapshot": seen.id, "recipient": recipient, "sha256": sha256, "by": by, "at": at}
    connection.execute(statement("liability_export_add"), row)


# ── recording ────────────────────────────────────────────────────────────────
def record(connection: Connection, salt_key: SaltKey, content: bytes, by: str, at: datetime) -> Statement:
    """Record an attestation: signed by a registered key in force, about a snapshot as the log binds it, with its own figures."""
    given = read(Attestation, content)
    said = statement_of(given.statement)
    seen = snapshot(connection, said.snapshot)
    same_snapshot(said, snapshot_of(act(connection, salt_key, SNAPSHOT_TABLE, seen.id)))
    found = keys(connection)
    signer = _signer(found, given, said)
    if not signature_holds(given):
        raise Refused("the signature is not this key's of this statement")
    _figures(found, given, said, seen)
    id = hashlib.sha256(given.statement.encode()).hexdigest()[:32]
    row = {
        "id": id, "snapshot": seen.id, "key": signer.id, "attester": signer.name, "role": signer.role, "assets": said.assets,
        "statement": given.statement, "algorithm": given.algorithm, "public_key": given.public_key, "signature": given.signature,
        "figures": given.figures, "figures_salt": given.figures_salt, "recorded_by": by, "recorded_at": at,
    }  # fmt: skip
    if connection.execute(statement("liability_attestation_add"), row).fetchone() is None:
        raise Refused(f"this attestation is recorded already, as {id}")
    return said


def signature_holds(given: Attestation) -> bool:
    """Return whether an attestation is signed by the key it names."""
    try:
        verify = algorithm(given.algorithm).verifier(base64.b64decode(given.public_key, validate=True))
        return verify(signed_bytes(given.statement), base64.b64decode(given.signature, validate=True))
    except (KeyWrong, ValueError):
        return False


def _signer(found: Iterable[Key], given: Attestation, said: Statement) -> Key:
    for key in found:
        if (key.public_key, key.algorithm) == (given.public_key, given.algorithm) and key.role in ATTESTERS:
            if key.ended_at is not None:
                raise Refused(f"the key {key.id} counts no longer since {key.ended_at:%Y-%m-%d}")
            if (key.name, key.role) != (said.attester, said.role):
                raise Refused(
                    f"the key is {key.name}'s as {key.role}, the statement is {said.attester}'s as {said.role}"
                )
            return key
    raise Refused("the key is not registered as an attester's: `cunguan liabilities key add`, by two people")


def _figures(found: Iterable[Key], given: Attestation, said: Statement, seen: Seen) -> None:
    if hidden(unhex(given.figures_salt), given.figures) != said.figures:
        raise Refused("the figures are not those the statement binds")
    figures = read(Figures, given.figures.encode() + b"\n")
    if (figures.clients, figures.client_minor, figures.owed_minor) != (
        seen.clients,
        seen.client_minor,
        seen.owed_minor,
    ):
        raise Refused("the attester found other sums than the snapshot has")
    if figures.assets != said.assets:
        raise Refused(f"the statement says {said.assets} of the assets, its figures {figures.assets}")
    in_force = {key.id for key in found if key.role == "bank" and key.ended_at is None}
    strange = [
        bank.bank_key for bank in figures.banks if bank.source == "bank_statement" and bank.bank_key not in in_force
    ]
    if strange:
        raise Refused(f"the bank's key {strange[0]} is not registered here, or counts no longer")
