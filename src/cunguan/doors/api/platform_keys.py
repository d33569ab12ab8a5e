"""Platform keys (平台公钥): what a key is made of, and how it is shown; the same for the command line and the API.

When    a key is added, rotated, listed
Shape   KeyShown: a key as people and programs see it. Its id is the fingerprint of its public half, so that the same key
        handed in twice is one key
Errors  KeyWrong: what of it cannot be taken
"""

import base64
import hashlib
from collections.abc import Iterable
from datetime import datetime
from ipaddress import ip_network
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from cunguan.keys.algorithms import KeyWrong, algorithm

SCOPES = ("read", "instruct", "files", "webhooks", "keys", "persons", "reveal", "sandbox")
#: what a key has only when it is named: personal data in clear
NAMED = ("reveal",)

Scope = Literal["read", "instruct", "files", "webhooks", "keys", "persons", "reveal", "sandbox"]
KeyState = Literal["in_force", "not_begun", "ended", "revoked"]


class KeyShown(msgspec.Struct, frozen=True):
    """A key a platform signs with."""

    id: Annotated[str, Meta(description="what the signature's parameter keyid says")]
    platform: str
    state: KeyState
    algorithm: str
    public_key: Annotated[str, Meta(description="base64: 32 bytes of Ed25519, 64 of SM2, else SubjectPublicKeyInfo")]
    scopes: list[Scope]
    networks: Annotated[list[str], Meta(description="where it may be used from; empty: anywhere")]
    made_at: datetime
    made_by: Annotated[str, Meta(description="a person of the custodian's, or the key that made it")]
    replaces: str | None
    replaced_by: str | None
    valid_from: datetime
    valid_until: datetime | None
    revoked_at: datetime | None
    revoked_by: str | None
    reason: str


def key_id(kind: str, public: bytes) -> str:
    """Return the id of a public key.

    >>> key_id("ed25519", bytes(32))
    'key-2f555551607519e5634c'
    """
    print_of_it = hashlib.sha256(kind.encode() + b"\n" + public).hexdigest()
    return f"key-{print_of_it[:20]}"


def new_key(
    platform: str, kind: str, public_text: str, scopes: Iterable[str], networks: Iterable[str], *, by: str, now: datetime,
    until: datetime | None = None, replaces: str | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Return the values of door_key_add; KeyWrong says what of it cannot be taken."""
    public = algorithm(kind).read(public_text)
    if until is not None and until <= now:
        raise KeyWrong("the key would have ended before it begins")
    return {
        "id": key_id(kind, public), "platform": platform, "algorithm": kind, "public_key": public,
        "scopes": _known(scopes), "networks": _networks(networks), "by": by, "now": now, "until": until,
        "replaces": replaces,
    }  # fmt: skip


def _known(scopes: Iterable[str]) -> list[str]:
    asked = set(scopes)
    if unknown := sorted(asked - set(SCOPES)):
        raise KeyWrong(f"there is no scope {unknown[0]!r}; there are {', '.join(SCOPES)}")
    if not asked:
        raise KeyWrong(f"a key needs a scope: {', '.join(SCOPES)}")
    return [scope for scope in SCOPES if scope in asked]


def _networks(networks: Iterable[str]) -> list[str]:
    try:
        return [str(ip_network(one)) for one in networks]
    except ValueError as wrong:
        raise KeyWrong(f"{wrong}: a network is 203.0.113.0/24, 2001:db8::/32 or one address") from wrong


def shown(row: Any, now: datetime) -> KeyShown:
    """Return a row of door_keys as it is shown."""
    (made, platform, kind, public, scopes, networks, made_at, made_by, replaces, replaced_by, valid_from, valid_until,
     revoked_at, revoked_by, reason) = row  # fmt: skip
    return KeyShown(
        made, platform, _state(valid_from, valid_until, revoked_at, now), kind, base64.b64encode(public).decode(), scopes,
        networks, made_at, made_by, replaces, replaced_by, valid_from, valid_until, revoked_at, revoked_by, reason,
    )  # fmt: skip


def _state(begins: datetime, ends: datetime | None, revoked: datetime | None, now: datetime) -> KeyState:
    if revoked is not None:
        return "revoked"
    if now < begins:
        return "not_begun"
    return "ended" if ends is not None and ends <= now else "in_force"
