"""Gate: every refusal, over a real socket; what is refused changes nothing, and is signed too."""

import re
import secrets
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from ipaddress import ip_network

import httpx
import pytest

from cunguan.doors.api.context import Clock
from cunguan.doors.api.nonces import NAME
from cunguan.keys import httpsig
from cunguan.keys.httpsig import SignatureWrong
from tests.doors.api.harness import Door, Stack, served, set_profile
from tests.plane.harness import at_once

KEYS = "/v1/keys"
BODY = b'{"public_key":"AAAA","algorithm":"ed25519"}'


def nonces(stack: Stack) -> int:
    """Return how many nonces are used up."""
    return int(stack.query("SELECT count(*) FROM door_nonce")[0][0])


def told(response: httpx.Response) -> tuple[int, str]:
    """Return status and code."""
    return response.status_code, response.json()["code"]


# ── what passes ──────────────────────────────────────────────────────────────
def test_a_signed_request_passes_and_its_answer_is_signed_for_it_alone(door: Door) -> None:
    one, two = door.get("/v1/platform"), door.get("/v1/platform")
    assert one.status_code == 200
    with pytest.raises(SignatureWrong, match="answers another question"):
        httpsig.check_answer(two.headers, 200, two.content, one.request.headers["signature"], door.verifier)


def test_an_open_page_needs_no_signature_and_is_signed_for_what_was_asked(door: Door) -> None:
    r = door.http.get("/healthz")
    assert r.status_code == 200
    door.check(r)


@pytest.mark.parametrize("kind", ["ed25519", "ecdsa-p256-sha256", "rsa-pss-sha512", "sm2-sm3"])
def test_every_algorithm_passes(stack: Stack, kind: str) -> None:
    assert stack.door(kind=kind).get("/v1/platform").status_code == 200


def test_a_percent_encoded_path_and_query_are_signed_as_they_are_sent(door: Door) -> None:
    assert told(door.get("/v1/pools/no%20such%2Fpool")) == (404, "not_found")
    assert told(door.get("/v1/pools?after=%E5%AD%98&limit=2")) == (422, "malformed")  # read, and no cursor


# ── what does not ────────────────────────────────────────────────────────────
def without(*names: str) -> Callable[[httpx.Request], None]:
    def change(request: httpx.Request) -> None:
        for name in names:
            del request.headers[name]

    return change


def put(name: str, value: str) -> Callable[[httpx.Request], None]:
    return lambda request: request.headers.update({name: value})


def replaced(name: str, old: str, new: str) -> Callable[[httpx.Request], None]:
    def change(request: httpx.Request) -> None:
        assert old in request.headers[name]
        request.headers[name] = request.headers[name].replace(old, new)

    return change


def twice(name: str) -> Callable[[httpx.Request], None]:
    def change(request: httpx.Request) -> None:
        request.headers = httpx.Headers([*request.headers.multi_items(), (name, request.headers[name])])

    return change


@pytest.mark.parametrize(("change", "why"), [
    (without("signature", "signature-input"), "not signed"),
    (without("signature"), "no header signature"),
    (without("content-digest"), "no header content-digest"),
    (without("instruction-id"), "no header instruction-id"),
    (put("instruction-id", "another"), "does not hold"),
    (put("content-digest", httpsig.digest_of(b"other")), "not the one of Content-Digest"),
    (put("content-digest", "sha-512=:AAAA:"), "must be sha-256"),
    (put("host", "elsewhere.example"), "not elsewhere.example"),
    (put("signature", "cunguan=:AAAA:"), "does not hold"),
    (put("signature", "cunguan=AAAA"), "cannot be read"),
    (put("signature-input", 'cunguan=("@method");created=1;tag="cunguan"'), "is missing"),
    (replaced("signature-input", ' "content-digest"', ""), "covers exactly"),
    (replaced("signature-input", 'alg="ed25519"', 'alg="rsa-pss-sha512"'), "signs by ed25519"),
    (replaced("signature-input", 'tag="cunguan"', 'tag="other"'), "tag must be"),
    (replaced("signature-input", ";tag", ";extra=1;tag"), "unknown parameter extra"),
    (twice("signature"), "came twice"), (twice("signature-input"), "came twice"), (twice("instruction-id"), "came twice"),
])  # fmt: skip
def test_what_is_not_signed_as_it_must_be_is_refused_with_the_reason(
    stack: Stack, door: Door, change: Callable[[httpx.Request], None], why: str
) -> None:
    before = nonces(stack)
    request = door.request("POST", KEYS, BODY, "i1")
    change(request)
    r = door.sent(request, check="signature" in request.headers and why != "came twice")
    assert told(r) == (401, "signature_invalid")
    assert why in r.json()["detail"]
    assert r.headers["www-authenticate"] == "Signature"
    assert nonces(stack) == before


def test_a_signature_for_another_method_path_or_query_does_not_hold(door: Door) -> None:
    signed = door.request("GET", "/v1/pools?limit=5")
    for method, path in (("HEAD", "/v1/pools?limit=5"), ("GET", "/v1/accounts?limit=5"), ("GET", "/v1/pools?limit=6")):
        request = door.http.build_request(method, path)
        for name in ("signature", "signature-input"):
            request.headers[name] = signed.headers[name]
        assert door.sent(request, check=False).status_code == 401


def test_an_unknown_key_is_refused(door: Door) -> None:
    nobody = Door(door.address, httpsig.Signer("key-nobody", "ed25519", door.signer.sign), door.custodian)
    assert told(nobody.get("/v1/platform")) == (401, "platform_unknown")


@pytest.mark.parametrize(("created", "life", "why"), [
    (-301, 300, "30[12] seconds ago"), (-10, 9, "1[01] seconds ago"), (3600, 300, "3(600|599) seconds ahead"), (0, 301, "1 to 300"),
    (0, 0, "1 to 300"), (0, -5, "1 to 300"),
])  # fmt: skip
def test_a_signature_of_another_time_is_refused(door: Door, created: int, life: int, why: str) -> None:
    now = int(time.time())
    r = door.sent(door.request("GET", "/v1/platform", created=now + created, life_seconds=life))
    assert told(r) == (401, "timestamp_out_of_window")
    assert re.search(why, r.json()["detail"])


def test_a_nonce_is_used_once_whatever_else_is_signed(door: Door) -> None:
    nonce = secrets.token_urlsafe(16)
    assert door.sent(door.request("GET", "/v1/platform", nonce=nonce)).status_code == 200
    assert told(door.sent(door.request("GET", "/v1/pools", nonce=nonce))) == (401, "nonce_seen")


def test_a_request_whose_signature_does_not_hold_leaves_its_nonce_alone(door: Door) -> None:
    nonce = secrets.token_urlsafe(16)
    wrong = door.request("GET", "/v1/platform", nonce=nonce)
    wrong.headers["signature"] = f"cunguan=:{'A' * 86}==:"
    assert told(door.sent(wrong)) == (401, "signature_invalid")
    assert door.sent(door.request("GET", "/v1/platform", nonce=nonce)).status_code == 200


def test_of_many_processes_one_admits_a_replayed_request(stack: Stack, door: Door) -> None:
    with served(stack.url, stack.home) as second:
        nonce = secrets.token_urlsafe(16)
        twin = Door(second.address, door.signer, door.custodian)
        requests = [one.request("GET", "/v1/platform", nonce=nonce) for one in (door, twin) for _ in range(8)]
        found = at_once([partial(lambda one: httpx.Client().send(one).status_code, request) for request in requests])
        assert sorted(found) == [200, *[401] * 15]


def test_a_revocation_is_in_force_at_once_in_every_process(stack: Stack) -> None:
    with served(stack.url, stack.home) as second:
        first = stack.door(scopes=("read", "keys"))
        twin = Door(second.address, first.signer, first.custodian)
        assert {one.get("/v1/platform").status_code for one in (first, twin)} == {200}
        assert first.post(f"/v1/keys/{first.signer.key_id}/revoke", {"reason": "lost"}).status_code == 200
        assert [told(one.get("/v1/platform")) for one in (twin, first)] == [(401, "key_not_in_force")] * 2


def test_a_key_has_no_more_scopes_than_it_was_given(stack: Stack) -> None:
    r = stack.door(scopes=("files",)).get("/v1/platform")
    assert told(r) == (403, "scope_missing")
    assert "'read'" in r.json()["detail"]


@pytest.mark.parametrize(("networks", "status"), [
    (("203.0.113.0/24", "2001:db8::/32"), 403), (("203.0.113.0/24", "127.0.0.0/8"), 200), (("127.0.0.1/32",), 200),
])  # fmt: skip
def test_a_key_may_be_used_from_its_networks_alone(stack: Stack, networks: tuple[str, ...], status: int) -> None:
    r = stack.door(networks=networks).get("/v1/platform")
    assert r.status_code == status
    assert status == 200 or r.json()["code"] == "network_not_allowed"


def test_a_body_where_there_is_none_is_refused(door: Door) -> None:
    request = door.request("GET", "/v1/platform")
    with_body = httpx.Request("GET", request.url, headers=request.headers, content=b"{}")
    assert told(door.sent(with_body)) == (400, "malformed")


class Fixed(Clock):
    """A clock that stands."""

    def now(self) -> datetime:
        """Return the instant at which this test was written."""
        return datetime(2026, 11, 25, tzinfo=UTC)


def test_the_window_is_that_of_the_doors_clock(stack: Stack, door: Door) -> None:
    with served(stack.url, stack.home, clock=Fixed()) as frozen:
        mine = Door(frozen.address, door.signer, door.custodian)
        key = stack.query(
            "UPDATE door_key SET valid_from = '2026-01-01' WHERE id = %s RETURNING id", door.signer.key_id
        )
        assert key == [(door.signer.key_id,)]
        assert told(mine.get("/v1/platform"))[1] == "timestamp_out_of_window"
        then = int(Fixed().now().timestamp())
        assert mine.sent(mine.request("GET", "/v1/platform", created=then - 30)).status_code == 200


def test_an_answer_to_head_is_signed_as_it_is_sent(door: Door) -> None:
    r = door.send("HEAD", "/v1/platform")
    assert (r.status_code, r.content) == (200, b"")


def test_old_nonces_are_forgotten_and_those_of_requests_that_may_come_again_are_not(stack: Stack, door: Door) -> None:
    old, young = secrets.token_bytes(16), secrets.token_bytes(16)
    stack.query(
        "INSERT INTO door_nonce VALUES (%s, now() - interval '3 minutes'), (%s, now() - interval '1 minute') RETURNING seen",
        old, young,
    )  # fmt: skip
    with served(stack.url, stack.home) as fresh:  # a process looks at its first request, then each half minute
        assert Door(fresh.address, door.signer, door.custodian).get("/v1/platform").status_code == 200
    found = {bytes(seen) for (seen,) in stack.query("SELECT seen FROM door_nonce")}
    assert (old in found, young in found) == (False, True)


def test_behind_a_proxy_that_is_believed_the_caller_is_who_it_says(stack: Stack) -> None:
    mine = stack.door(networks=("203.0.113.0/24",))
    with served(stack.url, stack.home, proxies=(ip_network("127.0.0.0/8"),)) as behind:
        twin = Door(behind.address, mine.signer, mine.custodian)
        for said, status in (
            ("203.0.113.7", 200), ("198.51.100.1, 203.0.113.7", 200), ("203.0.113.7, 198.51.100.1", 403),
            ("203.0.113.7, 127.0.0.2", 200), ("nonsense", 403), ("", 403),
        ):  # fmt: skip
            request = twin.request("GET", "/v1/platform")
            request.headers["X-Forwarded-For"] = said
            assert (twin.sent(request).status_code, said) == (status, said)
        request = mine.request("GET", "/v1/platform")
        request.headers["X-Forwarded-For"] = "203.0.113.7"
        assert told(mine.sent(request)) == (403, "network_not_allowed")  # no proxy is believed at the other door


# ── rates ────────────────────────────────────────────────────────────────────
@pytest.fixture
def slow(stack: Stack) -> Iterator[Door]:
    """A client whose platform may ask three times, and then every hundred seconds."""
    set_profile(stack.url, 1, rate=1, burst=3)
    yield stack.door()
    set_profile(stack.url, 1)


def test_who_asks_too_often_is_told_when_to_come_again(slow: Door) -> None:
    found = [slow.get("/v1/platform") for _ in range(8)]
    statuses = [r.status_code for r in found]
    assert statuses[:3] == [200, 200, 200]
    refused = found[statuses.index(429)]
    assert (refused.json()["code"], refused.json()["retry"]) == ("rate_limited", True)
    assert refused.headers["ratelimit-policy"] == '"platform";q=3;w=3'
    assert refused.headers["ratelimit"] == '"platform";r=0;t=1'
    assert int(refused.headers["retry-after"]) >= 1
    assert found[0].headers["ratelimit"].startswith('"platform";r=2')


def test_who_fails_too_often_waits_before_anything_is_verified(stack: Stack, door: Door) -> None:
    with served(stack.url, stack.home, failures=30) as own:
        mine = Door(own.address, door.signer, door.custodian)
        found = [mine.http.get("/v1/platform").status_code for _ in range(40)]
        assert set(found) == {401, 429}
        assert told(mine.get("/v1/platform")) == (429, "rate_limited")


# ── mutual TLS ───────────────────────────────────────────────────────────────
def test_a_platform_that_must_show_its_certificate_is_refused_where_none_is_asked_for(stack: Stack) -> None:
    mine = stack.door()
    assert mine.get("/v1/platform").status_code == 200
    set_profile(stack.url, 1, mutual_tls=True)
    try:
        assert told(mine.get("/v1/platform")) == (403, "mutual_tls_required")
    finally:
        set_profile(stack.url, 1)
    until = time.monotonic() + 20
    while (status := mine.get("/v1/platform").status_code) != 200:  # what was refused may be refused for a second more
        assert status == 403 and time.monotonic() < until


# ── when PostgreSQL is away ──────────────────────────────────────────────────
def test_a_nonce_connection_that_was_cut_is_made_again(stack: Stack, door: Door) -> None:
    assert door.get("/v1/platform").status_code == 200
    stack.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = %s", NAME)
    lost = door.get("/v1/platform")
    assert (told(lost), lost.json()["retry"], lost.headers["retry-after"]) == ((503, "database_unavailable"), True, "1")
    assert door.get("/v1/platform").status_code == 200
