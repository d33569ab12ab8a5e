"""Signed (复核签名验证): an approved proposal whose signatures stand, read from what is kept and from nothing else.

When    an operator does an act, or the jobs worker hands an instruction in again
Reads   a row of proposals_for_operator or proposals_unknown, and the version's signatures (proposal_signatures)
Returns who asked, who checked, in the order they signed, and the message
Errors  Unsigned: a signature does not stand, or there are too few
Source  ADR 0049; keys/webauthn.py
"""

import hashlib
from collections.abc import Sequence
from typing import Any, Final

import msgspec

from cunguan.keys import webauthn

_DOMAIN: Final = b"cunguan-approval-v1\n"


class Signed(msgspec.Struct, frozen=True):
    """A proposal whose signatures stand: what is done, and by whom."""

    id: str
    lane: int
    kind: str
    body: dict[str, Any]
    maker: str
    checkers: tuple[str, ...]


class Unsigned(ValueError):
    """A signature does not stand, or there are too few."""


def signed(row: Sequence[Any], signatures: Sequence[Sequence[Any]]) -> Signed:
    """Return what was signed."""
    name, kind, lane, maker, version, canonical, digest, quorum = row
    if hashlib.sha256(_DOMAIN + canonical).hexdigest() != digest:
        raise Unsigned(f"the fingerprint of {name} is not of its bytes")
    text = msgspec.json.decode(canonical.partition(b"\n1\n")[2])
    for one in signatures:
        _check(name, version, digest, one)
    checkers = tuple(reference for side, reference, *_ in signatures if side == "checker" and reference != maker)
    if len(set(checkers)) < quorum or (text["lane"], text["id"], text["maker"]) != (lane, name, maker):
        raise Unsigned(f"{name} has {len(set(checkers))} of {quorum} checkers")
    return Signed(name, lane, kind, text["body"], maker, checkers)


def _check(name: str, version: int, digest: str, one: Sequence[Any]) -> None:
    """Refuse a signature that is not of these bytes, or that its key does not verify."""
    side, reference, said, kind, key, assertion, _ = one
    blob = webauthn.decode(assertion)
    page = None if blob is None else webauthn.shown_of(blob.shown)
    is_ours = page is not None and page.act == f"approval:{name}:{version}" and digest in dict(page.lines).values()
    if blob is None or said != digest or not is_ours or not webauthn.stands(kind, key, blob):
        raise Unsigned(f"the signature of {reference} ({side}) under {name} does not stand")
