"""In the log (留痕证明): where an act stands in the log, as a tlog-proof, and whether such a proof holds.

When    a proof is given out; a client or an attester checks one
Returns "" while no checkpoint holds the act; else the smallest checkpoint that the quorum cosigned, or where none was, the smallest that
        was signed
Errors  LiabilityWrong: the proof does not hold under the keys that the reader trusts
Source  C2SP tlog-proof, tlog-policy; store/log/places.py
"""

from collections.abc import Callable, Collection
from typing import Any

import msgspec
import psycopg

from cunguan.doors.liabilities.recorded import Logged
from cunguan.keys.note_keys import check
from cunguan.store.log import checkpoints
from cunguan.store.log.folder import Folder
from cunguan.store.log.places import places
from cunguan.transparency import note, proof, tree
from cunguan.transparency.leaf import ACTS
from cunguan.transparency.liabilities import LiabilityWrong
from cunguan.transparency.liability_files import Act
from cunguan.transparency.note import Key, NoteWrong
from cunguan.transparency.policy import Policy
from cunguan.transparency.tiles import Tiles


class Trusted(msgspec.Struct, frozen=True):
    """The log's key, and the policy by which cosignatures are counted, as the reader has them from elsewhere; None: not asked."""

    log: Key
    policy: Policy | None = None


def logged(connection: psycopg.Connection[Any], folder: Callable[[int], Folder]) -> Logged:
    """Return what proves an act's place in this installation's log; `folder`: a log's files by its number."""

    def proved(act: Act) -> str:
        found = places(connection, ACTS, act.sequence)
        if not found:
            return ""
        log, index = found[0].log, found[0].index
        stored = checkpoints.cosigned(connection, log, index + 1) or checkpoints.signed(connection, log, index + 1)
        if stored is None or stored.note is None:
            return ""
        tiles = Tiles(stored.size, folder(log).fetch)
        hashes = tuple(tree.inclusion(index, stored.size, tiles.read))
        return proof.Proof(index, hashes, note.parse(stored.note)).write().decode()

    return proved


def holds(text: str, act: Act, trusted: Trusted) -> list[str]:
    """Return which witnesses cosigned the checkpoint that holds an act; LiabilityWrong where it is not held, or not by enough."""
    if not text:
        raise LiabilityWrong("no checkpoint of the log held it yet: ask for the proof again")
    try:
        shown = proof.read(text.encode())
        proof.verify(shown, act.entry(), trusted.log, check, _keys(trusted), _quorum(trusted))
    except (NoteWrong, tree.ProofWrong) as why:
        raise LiabilityWrong(f"the log does not hold it: {why}") from None
    return list(trusted.policy.cosigners(shown.note, check)) if trusted.policy else []


def _keys(trusted: Trusted) -> list[Key]:
    return [witness.key for witness in trusted.policy.witnesses.values()] if trusted.policy else []


def _quorum(trusted: Trusted) -> proof.Quorum | None:
    policy = trusted.policy
    if policy is None:
        return None

    def enough(have: Collection[Key]) -> bool:
        return policy.is_met([name for name, witness in policy.witnesses.items() if witness.key in have])

    return enough
