"""Gate (验签): who may pass the platform's door, and the custodian's signature on every answer.

When    before every endpoint that asks for a scope; behind every answer
Order   cheap before costly, and nothing is written but by a request whose signature holds: the source has not failed too often ·
        headers · key · in force · algorithm · coverage · window · authority · network · mutual TLS · digest · signature ·
        rate · scope · nonce, whose statement sees a revocation of this instant
Returns the Caller
Errors  Problem 401 it is not known who asks; 403 it is, and he may not; 429 too often; 503 PostgreSQL does not answer
Source  RFC 9421; RFC 9530; domain.md (d) invariant 36; issue "The platform's door" 3
"""

import re
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Any, NoReturn, TypeVar

import psycopg
from psycopg_pool import PoolTimeout
from starlette.requests import Request
from starlette.responses import Response

from cunguan.doors.api import rates
from cunguan.doors.api.context import Context
from cunguan.doors.api.endpoint import Caller, Endpoint
from cunguan.doors.api.keyring import Keyring, Known
from cunguan.doors.api.nonces import Nonces, Taken
from cunguan.doors.api.problem import Problem
from cunguan.kernel.codes import Code
from cunguan.keys import httpsig
from cunguan.keys.algorithms import KeyWrong
from cunguan.keys.custodian import ALGORITHM, CustodianKey
from cunguan.keys.httpsig import SignatureWrong, Signed, Signer, Target

T = TypeVar("T")

Networks = Sequence[IPv4Network | IPv6Network]

#: a key read from the cache may be old once, not twice
TRIES = 2
#: what a 401 tells about what is expected (RFC 9421, section 5)
CHALLENGE = {
    "WWW-Authenticate": "Signature",
    "Accept-Signature": f'{httpsig.LABEL}={httpsig.CHANGING};created;expires;nonce;keyid;alg;tag="{httpsig.TAG}"',
}
SIGNED_HEADERS = ("host", "signature-input", "signature", "content-digest", "instruction-id")
_RATE = "cunguan.rate"
_HOST = re.compile(r"(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?")


class SignatureGate:
    """The gate of one process.

    workers    how many processes share the platforms' rates
    is_mutual  whether this listener has verified a client's certificate for every connection
    proxies    whose X-Forwarded-For is believed
    failures   how often one source may be refused without waiting
    """

    def __init__(
        self, context: Context, key: CustodianKey, *, workers: int = 1, is_mutual: bool = False, proxies: Networks = (),
        failures: float = rates.FAILURES,
    ) -> None:  # fmt: skip
        self._clock, self._workers, self._is_mutual, self._proxies = context.clock, workers, is_mutual, proxies
        self._authority = httpsig.authority_of(context.address)
        self._signer = Signer(key.id, ALGORITHM, key.sign)
        self._keyring = Keyring(context.pool)
        self._nonces = Nonces(str(context.pool.conninfo), context.clock)
        self._failures, self._failures_max, self._rates = rates.Buckets(), failures, rates.Buckets()

    async def close(self) -> None:
        """Hang up."""
        await self._nonces.close()

    # ── before ───────────────────────────────────────────────────────────────
    async def admit(self, endpoint: Endpoint, request: Request, raw: bytes | None) -> Caller:
        """Return who signed the request and may do this; Problem when anything of it fails.

        `raw` is None of a large body that is not read yet: it comes again with it, and only then uses up its nonce.
        """
        source = source_of(request, self._proxies)
        failures = self._failures.of(
            rates.household(source), rates.FAILURES_PER_SECOND, self._failures_max, time.monotonic()
        )
        if not failures.has(time.monotonic()):
            raise _too_often("too many requests from this address were refused", failures)
        try:
            return await self._admit(endpoint, request, raw, source)
        except (psycopg.Error, PoolTimeout, OSError) as error:
            raise Problem(
                503, Code.database_unavailable, "sign again and send the same", headers={"Retry-After": "1"}
            ) from error
        except Problem as problem:
            if problem.status == 401:
                failures.take(time.monotonic())
            raise

    async def _admit(self, endpoint: Endpoint, request: Request, raw: bytes | None, source: str) -> Caller:
        headers = _headers(request)
        signed = _claimed(headers)
        for _ in range(TRIES):
            try:
                key = await self._keyring.find(signed.key_id)
            except KeyWrong as wrong:
                _refuse(Code.signature_invalid, str(wrong))
            if key is None:
                _refuse(Code.platform_unknown, f"there is no key {signed.key_id!r} here")
            self._check(key, signed, request, raw, headers, source)
            self._within_rate(key, request)
            if endpoint.scope not in key.caller.scopes:
                raise Problem(403, Code.scope_missing, f"the key has not the scope {endpoint.scope!r}")
            if raw is None:
                return key.caller
            taken = await self._nonces.take(signed.key_id, key.version, signed.nonce, signed.expires)
            if taken is Taken.now:
                return key.caller
            if taken is Taken.seen:
                _refuse(Code.nonce_seen, "this nonce was used before: sign each request anew, also a retry")
            self._keyring.drop(signed.key_id)
        raise Problem(503, Code.key_changing, "the key is being changed: sign again", headers={"Retry-After": "1"})

    def _check(
        self, key: Known, signed: Signed, request: Request, raw: bytes | None, headers: Mapping[str, str], source: str
    ) -> None:
        """Refuse what is wrong, the cheapest first."""
        now = self._clock.now()
        _in_force(key, now)
        if signed.algorithm != key.algorithm:
            _refuse(Code.signature_invalid, f"this key signs by {key.algorithm}")
        target = self._target(request, headers)
        _holds(Code.signature_invalid, httpsig.check_coverage, signed, target.method)
        _holds(Code.timestamp_out_of_window, httpsig.check_window, signed, now.timestamp())
        if key.networks and not _is_within(source, key.networks):
            raise Problem(403, Code.network_not_allowed, f"the key may not be used from {source}")
        if key.mutual_tls and not self._is_mutual:
            raise Problem(
                403, Code.mutual_tls_required, "this platform speaks at the address that asks for its certificate"
            )
        digest, instruction_id = _covered(headers, target.method, raw)
        if not key.verify(httpsig.request_base(target, digest, instruction_id, signed.parameters), signed.signature):
            _refuse(
                Code.signature_invalid,
                "the signature does not hold for what has come: method, authority, path, query, digest and "
                "instruction id, in the form of RFC 9421",
            )

    def _target(self, request: Request, headers: Mapping[str, str]) -> Target:
        target = target_of(request)
        if target.authority != self._authority:
            _refuse(
                Code.signature_invalid, f"this is {self._authority}, not {target.authority or 'nameless'}: sign for it"
            )
        return target

    def _within_rate(self, key: Known, request: Request) -> None:
        now = time.monotonic()
        bucket = self._rates.of(key.caller.lane, key.rate_per_second / self._workers, key.burst / self._workers, now)
        is_within = bucket.take(now)
        request.scope[_RATE] = rates.headers(bucket, key.rate_per_second, key.burst)
        if not is_within:
            raise _too_often(f"the platform may ask {key.rate_per_second} times a second", bucket)

    # ── behind ───────────────────────────────────────────────────────────────
    def sign(self, request: Request, response: Response) -> None:
        """Sign an answer, and tell the rate; a stream whose bytes are not known yet goes without."""
        response.headers.update(request.scope.get(_RATE, {}))
        body = getattr(response, "body", None)
        if body is None:
            return
        if request.method == "HEAD":
            body = b""  # that is what is sent (app.py), whatever a GET would have said
        given = [value for name, value in request.scope["headers"] if name == b"signature"]
        asked = given[0].decode("latin-1").strip(" \t") if len(given) == 1 else target_of(request)
        response.headers.update(
            httpsig.sign_answer(
                self._signer, response.status_code, body, asked, created=int(self._clock.now().timestamp())
            )
        )


def target_of(request: Request) -> Target:
    """Return where a request went, as it was sent."""
    scope = request.scope
    path = scope.get("raw_path") or scope["path"].encode()
    authority = _authority(scope["scheme"], request.headers.get("host", ""))
    return Target(scope["method"], authority, path.decode("latin-1"), scope["query_string"].decode("latin-1"))


def _authority(scheme: str, host: str) -> str:
    """Return a Host header as an authority; "" for what is none, which is nobody's: a path or a user in it is not cut off."""
    try:
        return httpsig.authority_of(f"{scheme}://{host}") if _HOST.fullmatch(host) else ""
    except ValueError:  # brackets around what is no IPv6 address
        return ""


def source_of(request: Request, proxies: Networks = ()) -> str:
    """Return the address a request comes from: the last one that is not a proxy we believe; "" on a Unix socket."""
    source = request.client.host if request.client else ""
    said = ",".join(request.headers.getlist("x-forwarded-for")).split(",") if proxies else []
    while said and _is_within(source, proxies):
        source = said.pop().strip()
    return source


def _is_within(source: str, networks: Networks) -> bool:
    try:
        address = ip_address(source)
    except ValueError:
        return False
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    return any(address in network for network in networks)


def _headers(request: Request) -> dict[str, str]:
    """Return the headers that take part in a signature; each may come once, in ASCII."""
    found: dict[str, str] = {}
    for name, value in request.scope["headers"]:
        text = name.decode("latin-1")
        if text not in SIGNED_HEADERS:
            continue
        if text in found:
            _refuse(Code.signature_invalid, f"the header {text} came twice")
        if not value.isascii():
            _refuse(Code.signature_invalid, f"the header {text} is not ASCII")
        found[text] = value.decode("ascii").strip(" \t")
    return found


def _claimed(headers: Mapping[str, str]) -> Signed:
    for name in ("signature-input", "signature"):
        if name not in headers:
            _refuse(Code.signature_invalid, f"the request is not signed: it has no header {name} (RFC 9421)")
    return _holds(Code.signature_invalid, httpsig.read_request, headers["signature-input"], headers["signature"])


def _covered(headers: Mapping[str, str], method: str, raw: bytes | None) -> tuple[str, str]:
    """Return digest and instruction id of a request that may change something, both empty of one that may not."""
    if method in httpsig.SAFE:
        if raw:
            raise Problem(400, Code.malformed, f"{method} has no body")
        return "", ""
    for name in ("content-digest", "instruction-id"):
        if not headers.get(name):
            _refuse(Code.signature_invalid, f"the request has no header {name}, which its signature must cover")
    if raw is not None:
        _holds(Code.signature_invalid, httpsig.check_digest, headers["content-digest"], raw)
    return headers["content-digest"], headers["instruction-id"]


def _in_force(key: Known, now: datetime) -> None:
    if key.revoked_at is not None:
        _refuse(Code.key_not_in_force, f"the key was revoked on {key.revoked_at:%Y-%m-%d}")
    if now < key.valid_from:
        _refuse(Code.key_not_in_force, f"the key begins at {key.valid_from:%Y-%m-%dT%H:%M:%SZ}")
    if key.valid_until is not None and key.valid_until <= now:
        _refuse(Code.key_not_in_force, f"the key ended at {key.valid_until:%Y-%m-%dT%H:%M:%SZ}")


def _holds(code: Code, check: Callable[..., T], *values: Any) -> T:
    try:
        return check(*values)
    except SignatureWrong as wrong:
        raise Problem(401, code, str(wrong), headers=CHALLENGE) from wrong


def _refuse(code: Code, why: str) -> NoReturn:
    raise Problem(401, code, why, headers=CHALLENGE)


def _too_often(why: str, bucket: rates.Bucket) -> Problem:
    seconds = max(1, round(bucket.wait_seconds + 0.5))
    return Problem(
        429, Code.rate_limited, f"{why}: wait {seconds} s", headers={"Retry-After": str(seconds)}, retry=True
    )
