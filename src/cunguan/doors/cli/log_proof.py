"""`cunguan log proof`, `cunguan log proof-check` (包含证明): prove one entry from a log's folder; check such a proof without a network.

When    somebody who has a mirror is asked whether an entry is in the log; whoever was handed the proof looks for himself
Returns proof: 0 it is printed · 1 the folder has no such entry, or is not whole
        proof-check: 0 the entry is in the log, under a checkpoint that enough witnesses cosigned · 1 it is not proved
        2 the key, the policy, the entry or the file cannot be used
Source  C2SP tlog-proof; docs/log.md
"""

import argparse
import sys
from collections.abc import Collection
from pathlib import Path
from typing import Any

from cunguan.keys.note_keys import check
from cunguan.store.log.folder import Folder
from cunguan.transparency import checkpoint, policy, proof
from cunguan.transparency.leaf import BYTES, VERSION, LeafType
from cunguan.transparency.note import Key, NoteWrong
from cunguan.transparency.policy import Policy, PolicyWrong
from cunguan.transparency.proof import Proof
from cunguan.transparency.tiles import WIDTH, Tiles, TileWrong
from cunguan.transparency.tree import ProofWrong, check_inclusion, inclusion, leaf_hash


def add_to(acts: Any) -> None:
    """Register `proof` and `proof-check`."""
    says = "print the proof that an entry is in a log, from its folder or a mirror's"
    made = acts.add_parser("proof", help=says, description=says)
    made.add_argument("folder", metavar="DIR", type=Path)
    made.add_argument("index", metavar="INDEX", type=int, help="the number of the entry in the log, from 0")
    made.set_defaults(run=run_proof)

    says = "check a proof that an entry is in a log, without a network"
    seen = acts.add_parser("proof-check", help=says, description=says)
    seen.add_argument("file", metavar="FILE", type=Path)
    seen.add_argument("entry", metavar="ENTRY", help="the entry's bytes in hex")
    seen.add_argument("--key", metavar="VKEY", required=True, help="the log's key, had from somebody else than the log")
    seen.add_argument("--policy", metavar="FILE", type=Path, help="ask for the quorum of this policy")
    seen.set_defaults(run=run_check)


def run_proof(arguments: argparse.Namespace, wiring: Any) -> int:
    """Print the proof; the entry itself goes beside it, to the terminal."""
    folder = Folder(arguments.folder)
    try:
        if (signed := folder.checkpoint()) is None:
            return _say(f"{arguments.folder} holds no log: there is no checkpoint in it", 1)
        said = checkpoint.read(signed.text)
        if not 0 <= arguments.index < said.size:
            return _say(f"the log has {said.size} entries, numbered from 0: there is no entry {arguments.index}", 1)
        tiles = Tiles(said.size, folder.fetch)
        bundle, place = divmod(arguments.index, WIDTH)
        entry, hashes = tiles.entries(bundle)[place], inclusion(arguments.index, said.size, tiles.read)
        check_inclusion(arguments.index, said.size, leaf_hash(entry), hashes, said.root)
    except (NoteWrong, TileWrong, ProofWrong, FileNotFoundError) as wrong:
        return _say(f"{arguments.folder} is not whole: {wrong}", 1)
    sys.stdout.write(Proof(arguments.index, tuple(hashes), signed).write().decode())
    print(entry.hex(), file=sys.stderr)
    return 0


def run_check(arguments: argparse.Namespace, wiring: Any) -> int:
    """Say what a proof proves."""
    try:
        key, entry = Key.parse(arguments.key), _bytes(arguments.entry)
        rule = policy.read(arguments.policy.read_bytes()) if arguments.policy else None
        if rule is not None:
            rule.refuse_own(key)
        content = arguments.file.read_bytes()
    except (NoteWrong, PolicyWrong, ValueError) as wrong:
        return _say(str(wrong), 2)
    except OSError as wrong:
        return _say(f"{wrong.filename}: {wrong.strerror}", 2)
    try:
        told = proof.read(content)
        said = proof.verify(told, entry, key, check, _witnesses(rule), _quorum(rule))
    except (NoteWrong, ProofWrong) as wrong:
        return _say(f"{arguments.file} does not prove it: {wrong}", 1)
    by = ", ".join(rule.cosigners(told.note, check)) if rule is not None else ""
    seen = f"cosigned by {by}" if by else "no witness was asked"
    print(f"{said.origin}: {_named(entry)} is entry {told.index} of {said.size}; {seen}")
    return 0


def _witnesses(rule: Policy | None) -> list[Key]:
    return [one.key for one in rule.witnesses.values()] if rule is not None else []


def _quorum(rule: Policy | None) -> proof.Quorum | None:
    """Return the policy's question, which is about names, as one about keys."""
    if rule is None:
        return None

    def is_met(keys: Collection[Key]) -> bool:
        return rule.is_met([name for name, one in rule.witnesses.items() if one.key in keys])

    return is_met


def _bytes(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        raise ValueError(f"{text!r} is no entry in hex") from None


def _named(entry: bytes) -> str:
    if len(entry) == BYTES and entry[0] == VERSION and entry[1] in LeafType.__members__.values():
        return f"{LeafType(entry[1]).name.lower()} {int.from_bytes(entry[2:10], 'big')}"
    return f"an entry of {len(entry)} bytes"


def _say(what: str, code: int) -> int:
    print(f"cunguan: {what}", file=sys.stderr)
    return code
