"""Webhooks, at the receiver (回调验签): is this message the custodian's, whole, for this platform, and of now.

When    a platform's server is sent a webhook; before it reads anything of the body
Shape   verify(headers, body, …) with the endpoint's secret, or with the custodian's public key and the platform's own id
Returns the message as a dict; its `id` is the same for every try of one event: keep it, and do each once
Errors  WebhookInvalid, with what to look at; SecretMalformed when the secret or key given here is not one
Source  Standard Webhooks 1.0.0 "Verifying signatures"

The raw bytes are verified, as they came: JSON that was read and written again has other bytes.
"""

import base64
import binascii
import hmac
import json
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from cunguan.keys.webhook import is_signed, mac, public_key_of, secret_of, signed

TOLERANCE_SECONDS = 300
HEADERS = ("webhook-id", "webhook-timestamp", "webhook-signature")


class WebhookInvalid(Exception):
    """Not to be believed: answer 400 and do nothing."""


def verify(
    headers: Mapping[str, str],
    body: bytes,
    *,
    secret: str | Sequence[str] = (),
    public_key: str | Sequence[str] = (),
    platform: str = "",
    now: float | None = None,
    tolerance_seconds: int = TOLERANCE_SECONDS,
) -> dict[str, Any]:
    """Return the message, or raise WebhookInvalid.

    `secret` and `public_key` may be several while they are changed over; one signature that stands is enough. With a
    public key `platform` is asked for: the custodian signs for every platform with the same key.
    """
    secrets = [secret_of(one) for one in _several(secret)]
    keys = [public_key_of(one) for one in _several(public_key)]
    if not secrets and not keys:
        raise ValueError("give the endpoint's secret, or the custodian's public key")
    if keys and not platform:
        raise ValueError(
            "with the custodian's public key, give the id of your platform: others are signed to by the same key"
        )
    webhook_id, timestamp, header = _headers(headers)
    _check_time(timestamp, time.time() if now is None else now, tolerance_seconds)
    content = signed(webhook_id, timestamp, body)
    if not _stands(content, header, secrets, keys):
        raise WebhookInvalid(
            "no signature stands: is the secret this endpoint's, and is the body as it came, byte for byte?"
        )
    return _message(body, webhook_id, platform)


def _several(one: str | Sequence[str]) -> Sequence[str]:
    return [one] if isinstance(one, str) else one


def _headers(headers: Mapping[str, str]) -> list[str]:
    lower = {name.lower(): value for name, value in headers.items()}
    missing = [name for name in HEADERS if not lower.get(name)]
    if missing:
        raise WebhookInvalid(f"missing: {', '.join(missing)}")
    return [lower[name] for name in HEADERS]


def _check_time(timestamp: str, now: float, tolerance_seconds: int) -> None:
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) < 16):
        raise WebhookInvalid("webhook-timestamp is not a number of seconds")
    age = now - int(timestamp)
    if age > tolerance_seconds:
        raise WebhookInvalid(
            f"it was sent {age:.0f} s ago, more than {tolerance_seconds}: is it an old one sent again?"
        )
    if age < -tolerance_seconds:
        raise WebhookInvalid(
            f"it was sent {-age:.0f} s in the future, more than {tolerance_seconds}: look at both clocks"
        )


def _stands(content: bytes, header: str, secrets: list[bytes], keys: list[bytes]) -> bool:
    """Try each signature with each key of its kind; every one is tried, so that time tells nothing."""
    expected = [mac(secret, content) for secret in secrets]
    found = [False]
    for version, signature in _signatures(header):
        if version == "v1":
            found += [hmac.compare_digest(signature, each) for each in expected]
        elif version == "v1a":
            found += [is_signed(content, signature, key) for key in keys]
    return any(found)


def _signatures(header: str) -> Iterator[tuple[str, bytes]]:
    """Yield what can be read; a kind this code does not know is none of its business."""
    for part in header.split(" ")[:16]:
        version, _, text = part.partition(",")
        try:
            yield version, base64.b64decode(text, validate=True)
        except (binascii.Error, ValueError):
            continue


def _message(body: bytes, webhook_id: str, platform: str) -> dict[str, Any]:
    message = json.loads(body)
    if message["id"] != webhook_id:
        raise WebhookInvalid("webhook-id is not the id in the body")
    if platform and message["platform"] != platform:
        raise WebhookInvalid(f"it is for {message['platform']}, not for {platform}")
    return dict(message)
