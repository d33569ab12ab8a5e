"""Webhooks at the receiver: what is believed, what is not, and that a library of others agrees."""

import base64
import json
from datetime import UTC, datetime
from typing import Any

import pytest
import standardwebhooks
from nacl.signing import SigningKey

from cunguan.client.webhooks import WebhookInvalid, verify
from cunguan.keys.webhook import SecretMalformed, new_secret, public_key_text, secret_of, secret_text, signatures

AT = 1_772_443_800
BODY = json.dumps({"id": "evt_1_7_0", "type": "instruction.done", "platform": "P1", "data": {"名": 1}}).encode()
OLD, NEW = bytes(range(32)), bytes(range(32, 64))
KEY = SigningKey(b"k" * 32)
PUBLIC = public_key_text(bytes(KEY.verify_key))


def sent(*secrets: bytes, body: bytes = BODY, at: int = AT, **changed: str) -> dict[str, str]:
    header = signatures("evt_1_7_0", at, body, secrets, lambda content: KEY.sign(content).signature)
    return {"Webhook-Id": "evt_1_7_0", "Webhook-Timestamp": str(at), "Webhook-Signature": header, **changed}


def test_the_secret_of_the_endpoint_verifies() -> None:
    assert verify(sent(NEW), BODY, secret=secret_text(NEW), now=AT)["data"] == {"名": 1}


def test_the_custodians_public_key_verifies_for_the_platform_it_is_for() -> None:
    assert verify(sent(NEW), BODY, public_key=PUBLIC, platform="P1", now=AT)["id"] == "evt_1_7_0"


@pytest.mark.parametrize("known", [OLD, NEW])
def test_while_a_secret_is_changed_over_both_verify(known: bytes) -> None:
    assert verify(sent(NEW, OLD), BODY, secret=secret_text(known), now=AT)


def test_a_receiver_that_knows_both_believes_either() -> None:
    both = [secret_text(OLD), secret_text(NEW)]
    assert verify(sent(NEW), BODY, secret=both, now=AT) and verify(sent(OLD), BODY, secret=both, now=AT)


def test_a_signature_of_a_kind_that_is_not_known_is_passed_over() -> None:
    headers = sent(NEW)
    headers["Webhook-Signature"] = "v9,AAAA rubbish v1,*** " + headers["Webhook-Signature"]
    assert verify(headers, BODY, secret=secret_text(NEW), now=AT)


OTHER = SigningKey(b"o" * 32)
REFUSED: list[tuple[str, dict[str, str], bytes, dict[str, Any], str]] = [
    # what, headers, body, given, what is said
    ("another body", sent(NEW), BODY + b" ", {}, "no signature stands"),
    ("another secret", sent(OLD), BODY, {}, "no signature stands"),
    ("another id", sent(NEW, **{"Webhook-Id": "evt_1_8_0"}), BODY, {}, "no signature stands"),
    ("another time", sent(NEW, **{"Webhook-Timestamp": str(AT + 1)}), BODY, {}, "no signature stands"),
    ("no signature", sent(NEW, **{"Webhook-Signature": ""}), BODY, {}, "missing: webhook-signature"),
    ("a signature cut short", sent(NEW, **{"Webhook-Signature": "v1,AAAA"}), BODY, {}, "no signature stands"),
    ("an old one", sent(NEW), BODY, {"now": AT + 301}, "sent 301 s ago"),
    ("one of tomorrow", sent(NEW), BODY, {"now": AT - 301}, "in the future"),
    ("no time", sent(NEW, **{"Webhook-Timestamp": "1e9"}), BODY, {}, "not a number of seconds"),
    ("the id of another", sent(NEW, body=b'{"id":"evt_1_9_0"}'), b'{"id":"evt_1_9_0"}', {}, "not the id in the body"),
    ("another key", sent(NEW), BODY,
     {"secret": (), "public_key": public_key_text(bytes(OTHER.verify_key)), "platform": "P1"}, "no signature stands"),
    ("another platform", sent(NEW), BODY, {"secret": (), "public_key": PUBLIC, "platform": "P2"}, "for P1, not for P2"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("headers", "body", "given", "said"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED]
)
def test_what_is_not_believed(headers: dict[str, str], body: bytes, given: dict[str, Any], said: str) -> None:
    with pytest.raises(WebhookInvalid, match=said):
        verify(headers, body, **{"secret": secret_text(NEW), "now": AT, **given})


@pytest.mark.parametrize("age", [-300, 0, 300])
def test_what_is_of_now_is_believed_to_the_second(age: int) -> None:
    assert verify(sent(NEW), BODY, secret=secret_text(NEW), now=AT + age)


@pytest.mark.parametrize("text", ["whsec_", "whsec_***", secret_text(b"short"), secret_text(b"x" * 65)])
def test_a_secret_that_is_none_is_told_at_once(text: str) -> None:
    with pytest.raises(SecretMalformed):
        verify(sent(NEW), BODY, secret=text, now=AT)


@pytest.mark.parametrize("given", [{}, {"public_key": PUBLIC}])
def test_a_call_that_proves_nothing_is_a_mistake(given: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="give the"):
        verify(sent(NEW), BODY, now=AT, **given)


def test_the_reference_library_agrees_with_what_is_signed() -> None:
    now = int(datetime.now(UTC).timestamp())
    for known in (OLD, NEW):
        found = standardwebhooks.Webhook(secret_text(known)).verify(BODY, sent(NEW, OLD, at=now))
        assert found["id"] == "evt_1_7_0"
    theirs = standardwebhooks.Webhook(secret_text(NEW)).sign(
        "evt_1_7_0", datetime.fromtimestamp(AT, UTC), BODY.decode()
    )
    assert verify({**sent(NEW), "Webhook-Signature": theirs}, BODY, secret=secret_text(NEW), now=AT)


def test_the_value_of_the_specification_stands() -> None:
    """Its published example: a symmetric signature over known bytes."""
    secret, body = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", b'{"test": 2432232314}'
    header = signatures("msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body, [secret_of(secret)], None)
    assert header == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_new_secrets_are_long_and_differ() -> None:
    first, second = new_secret(), new_secret()
    assert first != second and len(base64.b64decode(secret_text(first).removeprefix("whsec_"))) == 32
