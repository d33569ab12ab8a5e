"""`cunguan key …` (密钥): platforms' public keys and profiles; the installation's own keys: named, rotated, destroyed.

When    a platform has sent its public key; a key is lost; a platform's traffic or its ways change; a ceremony, a rotation
Returns 0 it is so now · 1 it cannot be, and why · 2 wrong usage
Units   --json prints what the others print as text; durations are seconds
Source  docs/runbooks/platform-keys.md; docs/keys.md
"""

import argparse
import base64
import os
import sys
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import msgspec
import psycopg

from cunguan.doors.api.keyring import BURST, RATE_PER_SECOND
from cunguan.doors.api.platform_keys import NAMED, SCOPES, KeyShown, key_id, new_key, shown
from cunguan.doors.cli import key_installation
from cunguan.doors.keys import destroying, names
from cunguan.keys.algorithms import ALGORITHMS, KeyWrong, algorithm
from cunguan.store.sqlfiles import statement

OVERLAP_SECONDS = 86_400


class Wrong(Exception):
    """It cannot be done, and why."""


class Profile(msgspec.Struct, frozen=True):
    """How a platform may speak here."""

    platform: str
    mutual_tls: bool = False
    legacy_rsa_sha1: bool = False
    rate_per_second: int = RATE_PER_SECOND
    burst: int = BURST


class Platform(msgspec.Struct, frozen=True):
    """A platform of the directory."""

    name: str
    lane: int
    is_sandbox: bool
    profile: Profile


def add_parser(subparsers: Any) -> None:
    """Register `key` and its acts."""
    acts = subparsers.add_parser(
        "key", help="keys and profiles of platforms; the installation's own keys"
    ).add_subparsers(metavar="ACT", required=True)
    _act(acts, "pair", run_pair, "make a key pair: FILE for its owner alone, the public half is printed",
         {"file": {"type": Path, "metavar": "FILE"}, "--algorithm": _ALGORITHM})  # fmt: skip
    _act(acts, "add", run_add, "let a platform sign with a public key", {
        "platform": {}, "public_key": _PUBLIC, "--algorithm": _ALGORITHM,
        "--scope": {"action": "append", "choices": SCOPES, "help": "what it may do; may be repeated; without it all but reveal"},
        "--network": {"action": "append", "default": [], "help": "where it may be used from; may be repeated"},
        "--until": {"type": date.fromisoformat, "metavar": "DATE", "help": "the last day it holds, UTC"}, "--by": _BY,
    })  # fmt: skip
    _act(
        acts, "list", run_list, "name the keys, of one platform or of all", {"platform": {"nargs": "?", "default": ""}}
    )
    _act(acts, "revoke", run_revoke, "end a key at once, in every process", {
        "id": {}, "--reason": {"required": True}, "--by": _BY})  # fmt: skip
    _act(acts, "rotate", run_rotate, "let another public key take a platform's key's place, with the same rights; "
         "or make the next version of a key of the installation's", {
        "id": {"help": f"a platform's key, or {', '.join(names.NAMES)}"}, "public_key": {**_PUBLIC, "nargs": "?"},
        "--algorithm": _ALGORITHM, "--by": _BY,
        "--overlap": {"type": int, "default": OVERLAP_SECONDS, "metavar": "SECONDS", "help": "how long both hold"},
    })  # fmt: skip
    _act(acts, "profile", run_profile, "say how a platform may speak here, or show it", {
        "platform": {},
        "--mutual-tls": {"action": argparse.BooleanOptionalAction, "help": "only where its certificate is asked for"},
        "--legacy-rsa-sha1": {"action": argparse.BooleanOptionalAction, "help": "RSA-SHA1 in the dialect; it is broken"},
        "--rate": {"type": int, "dest": "rate_per_second", "metavar": "N", "help": "requests a second"},
        "--burst": {"type": int, "metavar": "N", "help": "how many at once"},
    })  # fmt: skip
    _act(
        acts,
        "providers",
        run_providers,
        "name the installation's own keys: where they lie, their versions, what is under each",
        {},
    )
    _act(acts, "destroy", run_destroy, "propose to destroy old versions of a key of the installation's, or do what another proposed", {
        "name": {"choices": names.NAMES}, "--through": {"type": int, "required": True, "metavar": "VERSION",
        "help": "this version and those before it"}, "--reason": {"default": ""}, "--by": _BY,
    })  # fmt: skip


_ALGORITHM = {"choices": list(ALGORITHMS), "default": "ed25519"}
_PUBLIC = {"metavar": "PUBLIC_KEY", "help": "a file, PEM or base64; or - for standard input"}
_BY = {"required": True, "help": "the person of the custodian's who does it"}


def _act(acts: Any, name: str, run: Any, says: str, options: dict[str, dict[str, Any]]) -> None:
    act = acts.add_parser(name, help=says, description=says)
    for option, given in options.items():
        act.add_argument(option, **given)
    act.add_argument("--json", action="store_true", help="print JSON")
    act.set_defaults(run=_told(run))


def _told(run: Any) -> Any:
    def told(arguments: argparse.Namespace, wiring: Any) -> int:
        try:
            run(arguments, wiring)
        except (Wrong, KeyWrong, *key_installation.WRONG) as wrong:
            print(f"cunguan key: {wrong}", file=sys.stderr)
            return 1
        except OSError as wrong:
            print(f"cunguan key: {wrong.filename}: {wrong.strerror}", file=sys.stderr)
            return 1
        return 0

    return told


# ── acts ─────────────────────────────────────────────────────────────────────
def run_pair(arguments: argparse.Namespace, wiring: Any) -> None:
    """Make a key pair; never over another."""
    kind = algorithm(arguments.algorithm)
    pem = kind.generate()
    with os.fdopen(os.open(arguments.file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(pem)
    _, public = kind.signer(pem)
    made = {"id": key_id(kind.name, public), "algorithm": kind.name, "public_key": base64.b64encode(public).decode()}
    _print(arguments, made, made["public_key"])


def run_add(arguments: argparse.Namespace, wiring: Any) -> None:
    """Add a key."""
    with _owner(wiring) as owner:
        platform = _platform(owner, arguments.platform)
        values = new_key(
            platform.name, arguments.algorithm, _read(arguments.public_key), _scopes(arguments.scope, platform),
            arguments.network, by=arguments.by, now=_now(), until=_end_of(arguments.until),
        )  # fmt: skip
        if owner.execute(statement("door_key_add"), values).fetchone() is None:
            raise Wrong(f"this public key is known already, as {values['id']}: see `cunguan key list`")
        _print_key(arguments, owner, values["id"])


def run_list(arguments: argparse.Namespace, wiring: Any) -> None:
    """List keys."""
    with _owner(wiring) as owner:
        found = [key for key in _keys(owner) if arguments.platform in ("", key.platform)]
    _print(arguments, found, "\n".join(map(_line, found)) or "no keys: `cunguan key add`")


def run_revoke(arguments: argparse.Namespace, wiring: Any) -> None:
    """Revoke a key."""
    with _owner(wiring) as owner:
        _key(owner, arguments.id)
        values = {"id": arguments.id, "lane": None, "now": _now(), "by": arguments.by, "reason": arguments.reason}
        owner.execute(statement("door_key_revoke"), values)
        _print_key(arguments, owner, arguments.id)


def run_rotate(arguments: argparse.Namespace, wiring: Any) -> None:
    """Add a key with the rights of another one, which ends after the overlap."""
    if arguments.id in names.NAMES and arguments.public_key is None:
        return _rotate_own(arguments, wiring)
    if arguments.public_key is None:
        raise Wrong(f"a platform's key needs PUBLIC_KEY; the installation's own are {', '.join(names.NAMES)}")
    now = _now()
    with _owner(wiring) as owner:
        old = _key(owner, arguments.id)
        if old.replaced_by is not None:
            raise Wrong(f"{old.id} was replaced by {old.replaced_by}")
        values = new_key(
            old.platform, arguments.algorithm, _read(arguments.public_key), old.scopes, old.networks, by=arguments.by,
            now=now, until=old.valid_until, replaces=old.id,
        )  # fmt: skip
        if owner.execute(statement("door_key_add"), values).fetchone() is None:
            raise Wrong(f"this public key is known already, as {values['id']}: see `cunguan key list`")
        owner.execute(statement("door_key_end"), {"id": old.id, "at": now + timedelta(seconds=arguments.overlap)})
        _print_key(arguments, owner, values["id"])


def run_profile(arguments: argparse.Namespace, wiring: Any) -> None:
    """Set what is given of a profile, and show it."""
    asked = {name: getattr(arguments, name) for name in Profile.__struct_fields__[1:]}
    with _owner(wiring) as owner:
        found = _platform(owner, arguments.platform)
        given = {name: value for name, value in asked.items() if value is not None}
        said = msgspec.structs.replace(found.profile, **given)
        if min(said.rate_per_second, said.burst) < 1:
            raise Wrong("--rate and --burst are 1 or more; to shut a platform out, revoke its keys")
        if given:
            owner.execute(statement("door_profile_set"), {**msgspec.structs.asdict(said), "lane": found.lane})
    _print(arguments, said, "\n".join(f"{name:16} {value}" for name, value in msgspec.structs.asdict(said).items()))


# ── the installation's own ───────────────────────────────────────────────────
def run_providers(arguments: argparse.Namespace, wiring: Any) -> None:
    """Name the installation's own keys."""
    with _owner(wiring) as owner:
        found = key_installation.held(owner, wiring.keys)
    _print(arguments, found, found.text())


def run_destroy(arguments: argparse.Namespace, wiring: Any) -> None:
    """Propose, or do what another has proposed."""
    with _owner(wiring) as owner:
        found = destroying.destroy(owner, wiring.keys, arguments.name, arguments.through,
                                   by=arguments.by, reason=arguments.reason, now=_now())  # fmt: skip
    _print(arguments, found, key_installation.told(found))


def _rotate_own(arguments: argparse.Namespace, wiring: Any) -> None:
    with psycopg.connect(wiring.database().start(), autocommit=True) as owner:
        made = key_installation.rotate(owner, wiring.keys, arguments.id, by=arguments.by, now=_now())
    _print(arguments, made, made.text())


# ── helpers ──────────────────────────────────────────────────────────────────
def _owner(wiring: Any) -> Any:
    return psycopg.connect(wiring.database().start())


def _now() -> datetime:
    return datetime.now(UTC)


def _end_of(day: date | None) -> datetime | None:
    return None if day is None else datetime.combine(day + timedelta(days=1), time(), UTC)


def _read(place: str) -> str:
    return sys.stdin.read() if place == "-" else Path(place).read_text("ascii", errors="replace")


def _scopes(asked: list[str] | None, platform: Platform) -> list[str]:
    """Return the scopes of a key; `sandbox` is for sandbox platforms alone."""
    if asked and "sandbox" in asked and not platform.is_sandbox:
        raise Wrong(f"{platform.name} is no sandbox platform: it has no use for the scope sandbox")
    return asked or [one for one in SCOPES if one not in NAMED and (one != "sandbox" or platform.is_sandbox)]


def _keys(owner: Any, id: str = "") -> list[KeyShown]:
    values = {"lane": None, "id": id, "after": "", "limit": None}
    return [shown(row, _now()) for row in owner.execute(statement("door_keys"), values)]


def _key(owner: Any, id: str) -> KeyShown:
    for key in _keys(owner, id) if id else []:
        return key
    raise Wrong(f"there is no key {id}: see `cunguan key list`")


def _platform(owner: Any, name: str) -> Platform:
    row = owner.execute(statement("door_profile"), {"platform": name}).fetchone()
    if row is None:
        raise Wrong(f"there is no platform {name}: it is registered first (instruction platform_registration)")
    said = {
        name: value for name, value in zip(Profile.__struct_fields__[1:], row[3:], strict=True) if value is not None
    }
    return Platform(row[0], row[1], row[2], Profile(row[0], **said))


def _print_key(arguments: argparse.Namespace, owner: Any, id: str) -> None:
    key = _key(owner, id)
    _print(arguments, key, _line(key))


def _line(key: KeyShown) -> str:
    until = f" until {key.valid_until:%Y-%m-%d %H:%M}Z" if key.valid_until and key.state != "revoked" else ""
    return f"{key.id}  {key.platform}  {key.state}{until}  {key.algorithm}  {','.join(key.scopes)}"


def _print(arguments: argparse.Namespace, value: Any, text: str) -> None:
    print(msgspec.json.encode(value).decode() if arguments.json else text)
