"""Protocol (懒猫报文): what a message of the dialect looks like, and whether its platform has signed it.

When    a form comes to /gateway, /service or /download
Order   fields · platform · key · its state, its network · signature over the bytes of reqData · rate · JSON · timestamp, ten
        minutes
Shape   Message: who, which service, the data; every RSA signature is PKCS #1 v1.5 with SHA-256; with SHA-1 only where the
        platform's profile says so, and every answer then carries a warning
Errors  Refused: 100002 to 100006, by that order
Source  domain.md (c.0); domain.md (d) invariant 36
"""

import base64
import binascii
import json
import logging
import time
from collections.abc import Mapping
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network
from typing import Any, Final
from urllib.parse import parse_qsl

import msgspec

from cunguan.doors.api import rates, sql
from cunguan.doors.api.context import Context
from cunguan.doors.api.lanmao import words
from cunguan.doors.api.lanmao.problem import Fault, Refused
from cunguan.keys import pkcs1
from cunguan.keys.secret_file import secret

log = logging.getLogger(__name__)

WINDOW: Final = timedelta(minutes=10)
FIELDS: Final = ("serviceName", "platformNo", "reqData", "keySerial", "sign")
DEPTH_MAX: Final = 32
DEVICES: Final = ("PC", "MOBILE")
SIGNING_KEY: Final = "lanmao-signing-key"
LEGACY_WARNING: Final = '299 - "SHA1withRSA is legacy: sign with SHA256withRSA"'

#: what one address may be refused until it has to wait
FAILURES: Final = rates.FAILURES

_rates, _failures = rates.Buckets(), rates.Buckets()


class Message(msgspec.Struct, frozen=True):
    """A verified message; `legacy` when it was signed with SHA-1, and so are its answers."""

    service: str
    platform: str
    lane: int
    key_id: str
    scopes: frozenset[str]
    is_sandbox: bool
    device: str
    data: Mapping[str, Any]
    legacy: bool


class Form(msgspec.Struct, frozen=True):
    """The fields as they came."""

    serviceName: str  # the dialect's names
    platformNo: str
    reqData: str
    keySerial: str
    sign: str
    userDevice: str = "PC"


def form_of(raw: bytes) -> Form:
    """Read a form; each field once."""
    try:
        pairs = parse_qsl(raw.decode("ascii"), keep_blank_values=True, strict_parsing=True, errors="strict")
    except ValueError as error:
        raise Refused(Fault.malformed, "the body is a form: name=value&…, percent-encoded UTF-8") from error
    given = dict(pairs)
    if len(given) != len(pairs):
        raise Refused(Fault.malformed, "a field of the form came twice")
    for name in FIELDS:
        if not given.get(name):
            raise Refused(Fault.malformed, f"the form has no {name}")
    device = given.get("userDevice") or "PC"
    if device not in DEVICES:
        raise Refused(Fault.malformed, f"userDevice is {' or '.join(DEVICES)}")
    return msgspec.convert({**{name: given[name] for name in FIELDS}, "userDevice": device}, Form)


async def admit(context: Context, raw: bytes, source: str) -> Message:
    """Return the message if everything of it holds; Refused says what does not."""
    form = form_of(raw)
    failures = _failures.of(rates.household(source), rates.FAILURES_PER_SECOND, FAILURES, time.monotonic())
    if not failures.has(time.monotonic()):
        raise Refused(Fault.system, "too many requests from this address were refused: wait a second")
    try:
        key = await _key(context, form, source)
        legacy = _check_signature(form, key)
    except Refused:
        failures.take(time.monotonic())
        raise
    _within_rate(key)
    data = _data(form.reqData)
    _check_timestamp(data, context.clock.now())
    return Message(
        form.serviceName, form.platformNo, key["for_lane"], key["id"], frozenset(key["scopes"]), key["sandbox"],
        form.userDevice, data, legacy,
    )  # fmt: skip


# ── who ──────────────────────────────────────────────────────────────────────
async def _key(context: Context, form: Form, source: str) -> dict[str, Any]:
    for name in (form.platformNo, form.keySerial):
        if "\x00" in name or len(name) > 200:
            raise Refused(Fault.malformed, "platformNo and keySerial are short texts")
    known = await sql.row(context, "platform_state", {"platform": form.platformNo})
    if known is None:
        raise Refused(Fault.platform_unknown, f"there is no platform {form.platformNo!r} here")
    if known["state"] != "active":
        raise Refused(Fault.platform_state, f"the platform is {known['state']}")
    key = await sql.row(context, "lanmao_key", {"platform": form.platformNo, "serial": form.keySerial})
    if key is None:
        raise Refused(
            Fault.signature, f"the platform has no RSA key {form.keySerial!r} for the dialect (rsa-v1_5-sha256)"
        )
    _check_key(key, context.clock.now(), source)
    return key


def _within_rate(key: Mapping[str, Any]) -> None:
    """Count a request whose signature holds: nobody uses up another's rate by his name."""
    bucket = _rates.of(key["for_lane"], key["rate_per_second"], key["burst"], time.monotonic())
    if not bucket.take(time.monotonic()):
        raise Refused(Fault.system, "too many requests: wait a second")


def _check_key(key: Mapping[str, Any], now: datetime, source: str) -> None:
    if key["revoked_at"] is not None or now < key["valid_from"] or (key["valid_until"] and key["valid_until"] <= now):
        raise Refused(Fault.signature, "the key is not in force")
    if key["mutual_tls"]:
        raise Refused(Fault.signature, "this platform speaks by mutual TLS alone, which the dialect does not have")
    if key["networks"] and not _is_within(source, key["networks"]):
        raise Refused(Fault.signature, "the key may not be used from this address")


def _is_within(source: str, networks: list[str]) -> bool:
    try:
        address = ip_address(source)
    except ValueError:
        return False
    return any(address in ip_network(network) for network in networks)


def _check_signature(form: Form, key: Mapping[str, Any]) -> bool:
    """Return whether it is the legacy kind; Refused when no signature holds."""
    message = form.reqData.encode()
    try:
        signature = base64.b64decode("".join(form.sign.split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise Refused(Fault.signature, "sign is base64") from error
    public = bytes(key["public_key"])
    if pkcs1.verify(public, message, signature):
        return False
    if pkcs1.verify(public, message, signature, sha1=True):
        if key["legacy_rsa_sha1"]:
            log.warning("a platform signs with SHA-1: %s", form.platformNo)
            return True
        raise Refused(Fault.signature, "SHA1withRSA is not taken from this platform: sign with SHA256withRSA")
    raise Refused(Fault.signature, "the signature does not hold for the bytes of reqData (SHA256withRSA, base64)")


# ── what ─────────────────────────────────────────────────────────────────────
def _data(text: str) -> dict[str, Any]:
    """Read reqData; numbers keep their digits."""
    try:
        data = json.loads(text, object_pairs_hook=_once, parse_float=str, parse_constant=_constant)
        if "\\u" in text:
            json.dumps(data, ensure_ascii=False).encode()  # half of a pair of escapes is no text
    except (ValueError, RecursionError) as error:
        raise Refused(Fault.malformed, f"reqData is no JSON: {error}") from error
    if not isinstance(data, dict):
        raise Refused(Fault.malformed, "reqData is a JSON object")
    if _is_deep(data):
        raise Refused(Fault.malformed, f"reqData is nested deeper than {DEPTH_MAX}")
    if "\\u0000" in text or "\x00" in text or _has_half_letter(data):
        raise Refused(Fault.malformed, "a text with a NUL, or half of a surrogate pair, in it cannot be stored")
    return data


def _is_deep(value: Any) -> bool:
    """Return whether something lies too deep, whatever is done with it later; asked level by level."""
    level = [value]
    for _ in range(DEPTH_MAX):
        level = [
            inner
            for one in level
            for inner in (one.values() if isinstance(one, dict) else one if isinstance(one, list) else ())
        ]
    return bool(level)


def _has_half_letter(data: dict[str, Any]) -> bool:
    try:
        json.dumps(data, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return True
    return False


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a field stands twice")
    return found


def _constant(name: str) -> float:
    raise ValueError(f"{name} is no number")


def _check_timestamp(data: Mapping[str, Any], now: datetime) -> None:
    at = words.instant(data.get("timestamp"), "timestamp")
    if abs(at - now) > WINDOW:
        raise Refused(Fault.malformed, "timestamp is more than ten minutes away from the custodian's clock")


# ── our side ─────────────────────────────────────────────────────────────────
def encode(told: Mapping[str, Any]) -> bytes:
    """Return a respData as bytes."""
    return msgspec.json.encode(told)


def sign(context: Context, message: bytes, legacy: bool) -> str:
    """Return the custodian's signature of a respData."""
    return base64.b64encode(custodian_key(context).sign(message, sha1=legacy)).decode()


def custodian_key(context: Context) -> pkcs1.PrivateKey:
    """Return the key the custodian signs the dialect with."""
    path = str(context.home / SIGNING_KEY)
    found = _keys.get(path)
    if found is None:
        found = _keys[path] = pkcs1.PrivateKey(secret(context.home / SIGNING_KEY, pkcs1.generate))
    return found


_keys: dict[str, pkcs1.PrivateKey] = {}
