"""Keys: seen, replaced with an overlap, revoked at once; another platform's do not exist."""

import base64
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from cunguan.keys.algorithms import algorithm
from cunguan.keys.httpsig import Signer
from tests.doors.api.harness import Door, Stack


@pytest.fixture
def mine(stack: Stack) -> Iterator[Door]:
    """A client whose key may be spoilt."""
    made = stack.door(scopes=("read", "keys"))
    yield made
    made.http.close()


def pair(kind: str = "ed25519") -> tuple[Any, str]:
    """Return what signs, and the public key as it is sent."""
    sign, public = algorithm(kind).signer(algorithm(kind).generate())
    return sign, base64.b64encode(public).decode()


def after(door: Door, said: dict[str, Any], sign: Any) -> Door:
    """Return a client that signs with a new key."""
    return Door(door.address, Signer(said["key"]["id"], said["key"]["algorithm"], sign), door.custodian)


def test_a_platform_sees_its_own_keys_page_by_page(mine: Door, other: Door) -> None:
    seen, url = [], {"limit": 1}
    while True:
        page = mine.get("/v1/keys", **url).json()
        seen += page["items"]
        if page["next"] is None:
            break
        url = {"limit": 1, "after": page["next"]}
    assert mine.signer.key_id in [key["id"] for key in seen]
    assert {key["platform"] for key in seen} == {"P1"}
    assert other.signer.key_id not in [key["id"] for key in seen]
    assert [key["id"] for key in seen] == sorted({key["id"] for key in seen})


@pytest.mark.parametrize("kind", ["ed25519", "ecdsa-p256-sha256"])
def test_a_new_key_has_the_same_rights_and_the_old_one_holds_for_the_overlap(mine: Door, kind: str) -> None:
    sign, public = pair(kind)
    r = mine.post("/v1/keys", {"public_key": public, "algorithm": kind, "overlap_seconds": 3600})
    assert r.status_code == 201, r.text
    said = r.json()
    assert (said["key"]["scopes"], said["replaced"]) == (["read", "keys"], mine.signer.key_id)
    assert abs(datetime.fromisoformat(said["replaced_until"]) - datetime.now(UTC) - timedelta(hours=1)) < timedelta(
        minutes=1
    )
    assert mine.get("/v1/platform").status_code == 200
    assert after(mine, said, sign).get("/v1/platform").status_code == 200


def test_the_same_rotation_again_is_the_same_key_and_another_one_is_refused(mine: Door) -> None:
    body = {"public_key": pair()[1], "algorithm": "ed25519"}
    first, again = mine.post("/v1/keys", body), mine.post("/v1/keys", body)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    third = mine.post("/v1/keys", {"public_key": pair()[1], "algorithm": "ed25519"})
    assert (third.status_code, third.json()["code"]) == (409, "key_exists")
    assert first.json()["key"]["id"] in third.json()["detail"]


def test_of_two_rotations_at_once_one_is_the_one(mine: Door, stack: Stack) -> None:
    doors = [Door(mine.address, mine.signer, mine.custodian) for _ in range(4)]
    bodies = [{"public_key": pair()[1], "algorithm": "ed25519"} for _ in doors]
    with ThreadPoolExecutor(4) as four:
        told = list(four.map(lambda one: one[0].post("/v1/keys", one[1]), zip(doors, bodies, strict=True)))
    assert sorted(one.status_code for one in told) == [201, 409, 409, 409]
    made = stack.query("SELECT count(*) FROM door_key WHERE replaces = %s", mine.signer.key_id)
    assert made == [(1,)]


def test_without_an_overlap_the_old_key_ends_at_once(mine: Door) -> None:
    sign, public = pair()
    said = mine.post("/v1/keys", {"public_key": public, "algorithm": "ed25519", "overlap_seconds": 0}).json()
    r = mine.get("/v1/platform")
    assert (r.status_code, r.json()["code"]) == (401, "key_not_in_force")
    assert after(mine, said, sign).get("/v1/platform").status_code == 200


def test_a_new_key_may_do_less_and_never_more(mine: Door) -> None:
    more = mine.post("/v1/keys", {"public_key": pair()[1], "algorithm": "ed25519", "scopes": ["read", "instruct"]})
    assert (more.status_code, more.json()["code"], more.json()["field"]) == (403, "scope_missing", "scopes")
    sign, public = pair()
    said = mine.post("/v1/keys", {"public_key": public, "algorithm": "ed25519", "scopes": ["read"]}).json()
    assert said["key"]["scopes"] == ["read"]
    r = after(mine, said, sign).get("/v1/keys")
    assert (r.status_code, r.json()["code"]) == (403, "scope_missing")


@pytest.mark.parametrize(("kind", "text", "why"), [
    ("ed25519", "AAAA", "32 bytes, not 3"),
    ("ed25519", base64.b64encode(bytes([1, *bytes(31)])).decode(), "no Ed25519 public key"),
    ("ed25519", "no base64!", "base64"),
    ("ed25519", pair("ecdsa-p256-sha256")[1], "32 bytes, not 91"),
    ("ecdsa-p256-sha256", pair()[1], "no public key"),
    ("rsa-pss-sha512", pair("ecdsa-p256-sha256")[1], "not an RSA"),
    ("hmac-sha256", "AAAA", "there is no algorithm"),
], ids=["short", "no point", "no base64", "P-256 as Ed25519", "Ed25519 as P-256", "P-256 as RSA", "no algorithm"])  # fmt: skip
def test_a_key_that_is_none_is_refused(mine: Door, kind: str, text: str, why: str) -> None:
    r = mine.post("/v1/keys", {"public_key": text, "algorithm": kind})
    assert (r.status_code, r.json()["field"]) == (422, "public_key")
    assert why in r.json()["detail"]


def test_a_public_key_of_another_platform_is_not_taken_over(mine: Door, other: Door, stack: Stack) -> None:
    ((public,),) = stack.query("SELECT public_key FROM door_key WHERE id = %s", other.signer.key_id)
    r = mine.post("/v1/keys", {"public_key": base64.b64encode(public).decode(), "algorithm": "ed25519"})
    assert (r.status_code, r.json()["code"]) == (409, "key_exists")
    assert mine.get("/v1/keys", limit=500).status_code == 200  # the old key goes on


def test_a_revoked_key_is_refused_from_that_instant_on_and_again_is_the_same(mine: Door, stack: Stack) -> None:
    lost = stack.door(scopes=("read",))
    assert lost.get("/v1/platform").status_code == 200
    first = mine.post(f"/v1/keys/{lost.signer.key_id}/revoke", {"reason": "lost"})
    assert (first.status_code, first.json()["state"], first.json()["reason"]) == (200, "revoked", "lost")
    r = lost.get("/v1/platform")
    assert (r.status_code, r.json()["code"]) == (401, "key_not_in_force")
    assert mine.post(f"/v1/keys/{lost.signer.key_id}/revoke", {"reason": "again"}).json() == first.json()


def test_another_platforms_key_is_as_absent_as_one_that_is_not(mine: Door, other: Door) -> None:
    theirs = mine.post(f"/v1/keys/{other.signer.key_id}/revoke", {"reason": "r"})
    nobodys = mine.post("/v1/keys/key-00000000000000000000/revoke", {"reason": "r"})
    assert theirs.status_code == nobodys.status_code == 404
    assert theirs.json() == nobodys.json()
    assert other.get("/v1/platform").status_code == 200


def test_the_custodians_key_is_told_to_everybody(door: Door) -> None:
    r = door.http.get("/.well-known/cunguan-keys")
    door.check(r)
    assert r.json() == {"keys": [{
        "id": door.custodian.id, "algorithm": "ed25519", "public_key": door.custodian.public_text,
    }]}  # fmt: skip
