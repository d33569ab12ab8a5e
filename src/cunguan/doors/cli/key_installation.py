"""The installation's own keys, for `cunguan key providers|rotate|destroy`: what is told of them, and how a rotation is told.

Shape   Held: where keys lie, each with its versions and what is under them, and what should not be so
        Rotated: the newest version, whether it is new, how much is under it now that was not
Units   progress goes to standard error once two seconds are over
Source  docs/keys.md; doors/keys
"""

import base64
import sys
import time
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

import msgspec
import psycopg
from psycopg.types.json import Jsonb

from cunguan.doors.demo.progress import Progress
from cunguan.doors.keys import kek, names, sealing
from cunguan.doors.keys.destroying import WAITS, Destruction, NotDestroyed
from cunguan.doors.sealing import sealer
from cunguan.keys import custodian, log_key
from cunguan.keys.installation import Keys
from cunguan.keys.providers.base import KEK, KeysWrong
from cunguan.keys.sealed import FILE as SEALING_FILE
from cunguan.keys.sealed import SealBroken
from cunguan.keys.subjects import SubjectKeyLost
from cunguan.store.sqlfiles import statement

WRONG: Final = (KeysWrong, NotDestroyed, SealBroken, SubjectKeyLost)
QUIET_SECONDS: Final = 2.0

Connection = psycopg.Connection[Any]


class Version(msgspec.Struct, frozen=True):
    """A version of a key; `count`: how many things are under it, where that can be counted."""

    version: int
    count: int | None = None


class Named(msgspec.Struct, frozen=True):
    """A key of the installation's."""

    name: str
    where: str
    versions: list[Version]


class Held(msgspec.Struct, frozen=True):
    """Where the keys lie."""

    provider: str
    crypto: str
    keys: list[Named]
    warnings: list[str]

    def text(self) -> str:
        """Return it for people."""
        lines = [f"provider {self.provider}, profile {self.crypto}"]
        for key in self.keys:
            told = [f"{one.version}" + ("" if one.count is None else f" ({one.count:,})") for one in key.versions]
            lines.append(f"{key.name:11} {key.where:7} versions {', '.join(told) or 'none yet'}")
        return "\n".join([*lines, *(f"! {warning}" for warning in self.warnings)])


#: a signing key is taken when a process starts, and others have to be told
_NEXT: Final = {
    log_key.NAME: "\nnow: tell it to witnesses and verifiers (`cunguan log key`), a line each in their policies and in log-policy; "
    "then start the sequencer again",
    custodian.NAME: "\nnow: tell it to platforms by another way than these answers; then start doors and jobs again",
}


class Rotated(msgspec.Struct, frozen=True):
    """What a rotation made; `count`: how many things are under the newest version now that were not."""

    name: str
    version: int
    is_new: bool
    count: int = 0
    public_key: str = ""

    def text(self) -> str:
        """Return it for people."""
        if self.public_key:
            return f"{self.name}: version {self.version}\n{self.public_key}{_NEXT.get(self.name, '')}"
        begun = "made" if self.is_new else "was made before and not at its end"
        return f"{self.name}: version {self.version} {begun}; {self.count:,} are under it now that were not"


def held(connection: Connection, keys: Keys) -> Held:
    """Return where the keys lie, and what should not be so."""
    wraps, seals = kek.counts(connection, keys), sealing.counts(connection)
    found = [
        Named(KEK, keys.kind, [Version(one, wraps.get(one, 0)) for one in keys.provider.versions(KEK)]),
        Named(
            names.SEALING, "wrapped", [Version(one, seals.get(one, 0)) for one in _sealing_versions(connection, seals)]
        ),
    ]
    for name in names.SIGNING:
        where = names.provider_of(keys, name)
        found.append(Named(name, where.kind, [Version(one) for one in where.versions(name)]))
    return Held(keys.kind, keys.crypto, found, _warnings(keys))


def _sealing_versions(connection: Connection, seals: Mapping[int, int]) -> list[int]:
    there = {version for version, _ in connection.execute(statement("sealing_keys"))}
    return sorted({0, *there, *seals})


def _warnings(keys: Keys) -> list[str]:
    if keys.kind == "file":
        return ["keys in files serve a sandbox; production refuses them: docs/keys.md"]
    clear = {SEALING_FILE: names.SEALING, custodian.FILE: custodian.NAME, "log-signing-key": log_key.NAME}
    return [
        f"{keys.home / file} lies in clear and is not used any more: remove it when {name} is seen to work without it"
        for file, name in clear.items() if (keys.home / file).exists()
    ]  # fmt: skip


def rotate(connection: Connection, keys: Keys, name: str, *, by: str, now: datetime) -> Rotated:
    """Make the next version of a key, and bring under it what the older ones hold."""
    progress = _Late(name)
    if name == KEK:
        version, is_new = kek.rotate(connection, keys)
        _act(connection, keys, name, version, by, is_new)
        return Rotated(name, version, is_new, kek.rewrap(connection, keys, lambda done, total: progress.tick(done)))
    if name == names.SEALING:
        before = sealer(keys, connection).version
        version = sealing.rotate(connection, keys, now)
        _act(connection, keys, name, version, by, version > before)
        return Rotated(name, version, version > before, sealing.reseal(connection, keys, now, progress.tick))
    provider, algorithm = names.provider_of(keys, name), names.SIGNING[name]
    version = provider.rotate(name, algorithm)
    public = base64.b64encode(provider.signing_key(name, algorithm, version).public).decode()
    _act(connection, keys, name, version, by, True, public)
    return Rotated(name, version, True, public_key=public)


def _act(connection: Connection, keys: Keys, name: str, version: int, by: str, is_new: bool, public: str = "") -> None:
    """Note a key's change in the log."""
    about = {"act": "rotate" if is_new else "rotate_again", "key": name, "version": version, "provider": keys.kind,
             "by": by, "public_key": public}  # fmt: skip
    connection.execute(statement("key_act"), {"subject": f"key:{name}", "about": Jsonb(about)})


def told(found: Destruction) -> str:
    """Return for people what is proposed, or done."""
    if found.done_at is not None:
        return f"{found.name} through version {found.through} is destroyed: proposed by {found.maker}, done by {found.checker}"
    return (
        f"{found.name} through version {found.through}: proposed by {found.maker}. Another person runs the same command"
        f" from {found.proposed_at + WAITS:%Y-%m-%d %H:%M}Z on"
    )


class _Late:
    """Progress that is silent for two seconds."""

    def __init__(self, name: str) -> None:
        self._begun, self._name, self._progress = time.monotonic(), name, Progress(sys.stderr)

    def tick(self, done: int) -> None:
        """Tell how many are done."""
        if time.monotonic() - self._begun > QUIET_SECONDS:
            self._progress.tick(done, f"under the new {self._name}")
