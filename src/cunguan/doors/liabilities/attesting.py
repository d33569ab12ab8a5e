"""Attesting (鉴证): an attester adds a snapshot up anew from its working file, sets bank and books side by side, and signs.

When    at the regulator's or the auditor's, with no database and no line to the custodian
Does    every client's line again: order and uniqueness, ranges, sum, count, the whole tree; the figures that the snapshot bound;
        of each bank account a statement that its bank has signed, or what the attester has seen himself, with what is in transit
Returns the attestation; its assets: not_attested, agrees, differs, short
Errors  LiabilityWrong: the working file is not what the snapshot bound, and nothing is signed · AssetsWrong: a statement or balance
        that cannot be used, and why
Source  ADR 0042; transparency/liability_files.py
"""

import base64
import hashlib
import secrets
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import BinaryIO, Final

import msgspec

from cunguan.formats import detect
from cunguan.formats.statement import Summary, Wrong, minor, summaries
from cunguan.kernel.canonical import canonical_json
from cunguan.keys.algorithms import KeyWrong, algorithm
from cunguan.transparency.liabilities import Growing, LiabilityWrong, place, unhex
from cunguan.transparency.liability_files import (
    ATTESTATION,
    WORKING,
    Attestation,
    Bank,
    BankKey,
    Detail,
    Figures,
    Item,
    Looked,
    Snapshot,
    Statement,
    Working,
    check_detail,
    hidden,
    owed_line,
    read,
    signed_bytes,
    snapshot_of,
    statement_text,
)

_OWED_TO_POOL: Final = ("1030", "1040")
_OWN: Final = "3010"
#: a line of a working file is some hundred bytes; the first has the figures
_LINE_MAX: Final = 4 << 20


class AssetsWrong(ValueError):
    """What is said of the assets cannot be used."""


class Added(msgspec.Struct, frozen=True):
    """A working file that was added up anew and is what its snapshot bound."""

    working: Working
    snapshot: Snapshot
    detail: Detail


class Balance(msgspec.Struct, frozen=True):
    """What a bank says of one of the pool's accounts; `document` is "" where the attester saw it himself."""

    reference: str  # of a statement: the account's number; of what was seen: its id in the books
    currency: str
    closing_minor: int
    on: date
    document: str = ""
    bank_key: str = ""


class Attester(msgspec.Struct, frozen=True):
    """Who signs: his name and role as two people registered them, and his key."""

    name: str
    role: str
    algorithm: str
    pem: bytes


# ── adding up ────────────────────────────────────────────────────────────────
def added(stream: BinaryIO) -> Added:
    """Add a working file up anew, in the memory of its tree."""
    working = read(Working, stream.readline(_LINE_MAX), WORKING)
    snapshot, detail, key = snapshot_of(working.act), check_detail(working), unhex(working.key)
    growing = Growing(key)
    for line in iter(lambda: stream.readline(_LINE_MAX), b""):
        owed = owed_line(line)
        growing.add(place(key, owed.holder), owed)
    tree = growing.tree()
    if (tree.count, tree.minor) != (detail.clients, detail.client_minor):
        raise LiabilityWrong(
            f"{tree.count} clients are owed {tree.minor}; the snapshot says {detail.clients} and {detail.client_minor}"
        )
    if (tree.root.hex(), tree.total.hex()) != (snapshot.root, snapshot.total):
        raise LiabilityWrong("the clients of this file do not lead to the snapshot's root")
    return Added(working, snapshot, detail)


# ── the assets ───────────────────────────────────────────────────────────────
def stated(path: Path, signature: Path, bank_keys: Sequence[BankKey]) -> Balance:
    """Return what a bank statement says that one of these keys has signed, byte for byte."""
    content = path.read_bytes()
    key = _signed_by(content, signature.read_text("ascii", errors="replace"), bank_keys)
    if key is None:
        raise AssetsWrong(f"{signature} is no signature of {path} by a bank's key that is registered")
    found = _summary(path, content)
    if found.closing is None or found.verdict != "balanced":
        raise AssetsWrong(f"{path} is {found.verdict}: a statement with both balances, whose sums agree, is needed")
    closes = next((each.day for each in found.balances if each.code == "CLBD" and each.day), None)
    if closes is None:
        raise AssetsWrong(f"{path} does not say of which day its closing balance is")
    return Balance(
        found.head.account, found.currency, minor(found.closing, found.currency), closes, hashlib.sha256(content).hexdigest(), key.name
    )  # fmt: skip


def _signed_by(content: bytes, signature: str, bank_keys: Iterable[BankKey]) -> BankKey | None:
    try:
        raw = base64.b64decode("".join(signature.split()), validate=True)
    except ValueError:
        return None
    return next((key for key in bank_keys if _verifies(key, content, raw)), None)


def _verifies(key: BankKey, content: bytes, signature: bytes) -> bool:
    try:
        return algorithm(key.algorithm).verifier(base64.b64decode(key.public_key))(content, signature)
    except (KeyWrong, ValueError):
        return False


def _summary(path: Path, content: bytes) -> Summary:
    try:
        with path.open("rb") as stream:
            found = list(summaries(detect.reader(content[: detect.BEGIN], path.name).read(stream)))
    except Wrong as why:
        raise AssetsWrong(f"{path}: {why}") from None
    if len(found) != 1 or found[0].head.kind != "statement":
        raise AssetsWrong(f"{path} is not one statement of one account")
    return found[0]


def looked(added: Added, balances: Sequence[Balance], items: Sequence[tuple[str, Item]]) -> list[Looked]:
    """Set the pool's bank accounts beside what their banks say; `items`: what the attester explains, by the account's id."""
    _all_are_known(added, balances, items)
    return [
        _looked(added, bank, balances, [item for id, item in items if id == bank.id]) for bank in added.detail.banks
    ]


def _all_are_known(added: Added, balances: Sequence[Balance], items: Sequence[tuple[str, Item]]) -> None:
    banks, pool = added.detail.banks, added.snapshot.pool
    for balance in balances:
        if not any(_is_of(balance, bank) for bank in banks):
            known = ", ".join(f"{bank.id} ({bank.reference})" for bank in banks) or "none"
            raise AssetsWrong(f"pool {pool} has no bank account {balance.reference}; it has {known}")
        if balance.currency != added.snapshot.currency:
            raise AssetsWrong(f"{balance.reference} is in {balance.currency}, the pool in {added.snapshot.currency}")
    for id, _ in items:
        if id not in {bank.id for bank in banks}:
            raise AssetsWrong(f"pool {pool} has no bank account {id}")


def _is_of(balance: Balance, bank: Bank) -> bool:
    return balance.reference == (bank.reference if balance.document else bank.id)


def _looked(added: Added, bank: Bank, balances: Sequence[Balance], items: list[Item]) -> Looked:
    found = [balance for balance in balances if _is_of(balance, bank)]
    if not found:
        return Looked(bank.id, bank.minor, "", 0, "", "", "", [])
    if len(found) > 1:
        raise AssetsWrong(f"{bank.id} is told of twice")
    (told,) = found
    source = "bank_statement" if told.document else "seen"
    after = _booked_after(bank, told, date.fromisoformat(added.snapshot.business_date)) if told.document else []
    return Looked(
        bank.id, bank.minor, source, told.closing_minor, told.on.isoformat(), told.document, told.bank_key, [*after, *items]
    )  # fmt: skip


def _booked_after(bank: Bank, told: Balance, day: date) -> list[Item]:
    """Return what the books have of later dates than the statement's, from the figures that the snapshot bound."""
    if told.on < date.fromisoformat(bank.movements_from) or told.on > day + timedelta(days=1):
        raise AssetsWrong(
            f"the statement of {told.on} cannot be set beside the books of {day}: one from {bank.movements_from} on is needed"
        )
    return [
        Item(f"{one.business_date} {one.template} x {one.count}", one.net_minor)
        for one in bank.movements
        if one.business_date > told.on.isoformat()
    ]


# ── signing ──────────────────────────────────────────────────────────────────
def attest(added: Added, banks: list[Looked], attester: Attester, now: datetime) -> tuple[Attestation, Figures]:
    """Sign what was found; return the attestation and its figures."""
    sign, public = algorithm(attester.algorithm).signer(attester.pem)
    figures, salt = _figures(added.detail, banks), secrets.token_bytes(32)
    told, of = canonical_json(figures).decode(), added.snapshot
    statement = Statement(
        of.id, of.pool, of.currency, of.at, of.root, of.total, of.detail, attester.name, attester.role,
        f"{now.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}", figures.assets, [bank.document for bank in banks if bank.document],
        [bank.id for bank in banks if bank.source == "seen"], hidden(salt, told),
    )  # fmt: skip
    text = statement_text(statement)
    made = Attestation(
        ATTESTATION, text, attester.algorithm, base64.b64encode(public).decode(),
        base64.b64encode(sign(signed_bytes(text))).decode(), told, salt.hex(),
    )  # fmt: skip
    return made, figures


def _figures(detail: Detail, banks: list[Looked]) -> Figures:
    owed_to_pool = sum(line.minor for line in detail.assets if line.code in _OWED_TO_POOL)
    own = sum(line.minor for line in detail.others if line.code == _OWN)
    return Figures(
        detail.clients, detail.client_minor, detail.owed_minor, detail.asset_minor, max(owed_to_pool - own, 0), banks
    )  # fmt: skip
