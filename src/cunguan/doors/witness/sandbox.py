"""Sandbox (沙箱见证人): platform, regulator and auditor of a sandbox, played by one process, so that a quorum can be tried at once.

When    `cunguan up` without --production starts `cunguan log witness --sandbox`
Does    makes three witnesses below <home>/witnesses at the first start; writes <home>/log-policy: two of the three
Errors  NotYet: the policy is somebody's own, and does not name these three
"""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from cunguan.doors.witness.memory import DATABASE, Memory, begin
from cunguan.transparency.note import Key
from cunguan.transparency.policy import POLICY, PolicyWrong, Witness, majority, read

ROLES: Final = ("platform", "regulator", "auditor")
QUORUM: Final = 2
FOLDER: Final = "witnesses"


class NotYet(RuntimeError):
    """The sandbox's witnesses cannot begin; the message says what to do."""


def witnesses(home: Path, logs: Sequence[Key]) -> Mapping[str, Memory]:
    """Return the three, by the path each is asked below."""
    for role in ROLES:
        if not (home / FOLDER / role / DATABASE).exists():
            begin(home / FOLDER / role, f"sandbox.invalid/{role}")
    return {f"/{role}": Memory(home / FOLDER / role, logs) for role in ROLES}


def tell(home: Path, address: str, logs: Sequence[Key], found: Mapping[str, Memory]) -> None:
    """Write down who witnesses and where: an address of a sandbox changes from start to start. Somebody's own policy stays."""
    path = home / POLICY
    ours = {memory.key.public for memory in found.values()}
    try:
        if path.exists() and {one.key.public for one in read(path.read_bytes()).witnesses.values()} - ours:
            return
    except PolicyWrong as wrong:
        raise NotYet(f"{path}: {wrong}; take it away, and the sandbox writes its own") from None
    text = majority(
        logs, [Witness(prefix[1:], memory.key, address + prefix) for prefix, memory in found.items()], QUORUM
    )
    draft = path.with_name(f"{POLICY}.new")
    draft.write_text(text)
    os.replace(draft, path)
