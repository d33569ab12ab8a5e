"""Verifying (核验): a client looks whether he was counted, with the file alone and the keys he trusts; nobody is asked.

When    `cunguan liabilities verify FILE`; no database, no network
Shape   Verified: what the proof says; of each attestation whether it holds, and by a key the client trusts
Errors  LiabilityWrong: the proof does not hold, and why
Source  ADR 0042; transparency/liability_files.py
"""

from collections.abc import Collection

import msgspec

from cunguan.doors.liabilities import in_log
from cunguan.doors.liabilities.in_log import Trusted
from cunguan.doors.liabilities.recorded import signature_holds
from cunguan.transparency.liabilities import LiabilityWrong, Owed
from cunguan.transparency.liability_files import (
    ATTESTATION,
    ATTESTATION_TABLE,
    NOT_ATTESTED,
    PROOF,
    Attestation,
    Attested,
    Proof,
    Snapshot,
    check_proof,
    read,
    row_of,
    same_snapshot,
    statement_of,
)


class Vouched(msgspec.Struct, frozen=True):
    """An attestation that holds; `is_pinned`: its key is one the client has from elsewhere."""

    attester: str
    role: str
    assets: str
    attested_at: str
    public_key: str
    is_pinned: bool
    witnesses: list[str]


class Verified(msgspec.Struct, frozen=True):
    """A proof that holds. `witnesses`: who cosigned the root's checkpoint; None where the log was not asked."""

    snapshot: Snapshot
    owed: Owed
    minor: int
    witnesses: list[str] | None
    attested: list[Vouched]

    @property
    def assets(self) -> str:
        """What the last attester that spoke of the assets says."""
        said = [one.assets for one in self.attested if one.assets != NOT_ATTESTED]
        return said[-1] if said else NOT_ATTESTED


def verify(content: bytes, trusted: Trusted | None, attester_keys: Collection[str] = ()) -> Verified:
    """Return what a proof says; with `trusted`, the root and the attestations must be in that log."""
    proof = read(Proof, content, PROOF)
    snapshot, minor = check_proof(proof)
    witnesses = None if trusted is None else in_log.holds(proof.log, proof.act, trusted)
    vouched = [_vouched(one, snapshot, trusted, attester_keys) for one in proof.attestations]
    return Verified(snapshot, proof.inclusion.owed, minor, witnesses, vouched)


def _vouched(attested: Attested, snapshot: Snapshot, trusted: Trusted | None, keys: Collection[str]) -> Vouched:
    row = row_of(attested.act.content, ATTESTATION_TABLE)
    try:
        given = Attestation(
            ATTESTATION, row["statement"], row["algorithm"], row["public_key"], row["signature"], "", ""
        )
    except KeyError as missing:
        raise LiabilityWrong(f"an attestation says no {missing}") from None
    said = statement_of(given.statement)
    same_snapshot(said, snapshot)
    if not signature_holds(given):
        raise LiabilityWrong(f"the attestation of {said.attester} is not signed by the key it names")
    witnesses = [] if trusted is None else in_log.holds(attested.log, attested.act, trusted)
    return Vouched(
        said.attester, said.role, said.assets, said.attested_at, given.public_key, given.public_key in keys, witnesses
    )
