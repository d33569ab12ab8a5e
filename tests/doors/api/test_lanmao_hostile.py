"""Hostile input to the dialect: as a form, as reqData, as each field of it: answered in the dialect, and the books have not moved."""

import base64
import json
from collections import Counter
from datetime import datetime
from itertools import cycle
from typing import Any
from urllib.parse import quote_from_bytes

import httpx
import msgspec
import pytest

from cunguan.doors.api import rates
from cunguan.doors.api.lanmao import protocol
from cunguan.doors.api.lanmao.service import Service, services
from tests.doors.api.harness import RATE, Stack
from tests.doors.api.lanmao_platform import ZONE, Platform, number
from tests.doors.api.money import standing
from tests.doors.api.test_hostile_input import files

BODY_MAX = 2**20
CODES = {str(code) for code in range(100001, 100016)}


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let hundreds of forms that nobody signed come from one address."""
    monkeypatch.setattr(protocol, "_failures", rates.Buckets())
    monkeypatch.setattr(protocol, "FAILURES", RATE)


@pytest.fixture(scope="module")
def platform(stack: Stack) -> Platform:
    return Platform(stack)


def sent(platform: Platform, path: str, body: bytes) -> str:
    """Send a body as a form; return the code of its refusal, or what else it was answered."""
    found = platform.http.post(
        f"/{path}", content=body, headers={"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}
    )
    assert found.status_code < 500, (body[:300], found.text)
    if path == "gateway":
        assert found.status_code in (200, 303, 400) and b"<script" not in found.content, body[:300]
        return str(found.status_code)
    if len(body) > BODY_MAX:
        assert found.status_code == 413
        return "413"
    assert found.status_code == 200, (body[:300], found.text)
    platform.check(found.content, found.headers["sign"])
    told: dict[str, Any] = found.json()
    assert told["code"] == "0" or (told["errorCode"] in CODES and told["errorMessage"]), told
    return str(told.get("errorCode", "0"))


def form(platform: Platform, service: str, data: bytes, *, signed: bool = True) -> bytes:
    sign = base64.b64encode(platform.signer.sign(data)) if signed else b"AAAA"
    fields = {"serviceName": service, "platformNo": platform.name, "keySerial": platform.signer.key_id}
    plain = str(httpx.QueryParams({**fields, "sign": sign.decode()})).encode()
    return plain + b"&reqData=" + quote_from_bytes(data).encode()


def test_no_file_of_the_collection_as_a_form_or_as_data_is_more_than_a_refusal(
    platform: Platform, stack: Stack
) -> None:
    before, seen = standing(stack), Counter[str]()
    for n, file in enumerate(files()):
        raw = file.read_bytes()
        seen[sent(platform, "service", raw)] += 1
        seen[sent(platform, "service", form(platform, "QUERY_TRANSACTION", raw))] += 1
        if n % 8 == 0:  # what nobody signed is not looked at: a part of the collection is enough
            seen[sent(platform, "service", form(platform, "QUERY_TRANSACTION", raw, signed=False))] += 1
    assert standing(stack) == before
    assert seen.keys() <= {"100002", "100003", "413"} and seen["100002"] > len(files()) and seen["100003"], seen


def test_no_file_of_the_collection_in_the_fields_of_any_service_moves_the_books(
    platform: Platform, stack: Stack
) -> None:
    before, seen, each = standing(stack), Counter[str](), cycle(services().values())
    for file, service in zip(files(), each, strict=False):
        data = json.dumps(filled(service, value_of(file.read_bytes()))).encode()
        seen[sent(platform, service.path, form(platform, service.name, data))] += 1
    assert standing(stack) == before
    assert seen.total() == len(files()) and len(seen) > 3, seen


def value_of(raw: bytes) -> Any:
    """Return the value a file holds where it is JSON; else its text."""
    try:
        return json.loads(raw)
    except (ValueError, RecursionError):
        return raw.decode("utf-8", "surrogateescape")[:20_000]


def filled(service: Service, value: Any) -> dict[str, Any]:
    """Return data of a service whose every field is this; but its number and time, so that it is looked at."""
    fields = {one.encode_name: value for one in msgspec.structs.fields(service.data)}
    own = {service.number: number("h")} if service.number else {}
    return {**fields, **own, "timestamp": datetime.now(ZONE).strftime("%Y%m%d%H%M%S")}


@pytest.mark.parametrize("text", [
    '{"timestamp":"00010101000000"}', '{"timestamp":"２０２６１１２５１２００００"}', '{"timestamp":20261125}', '{"timestamp":null}',
    '{"x":"\\ud800"}', '{"\\udfff":1}', '{"x":' + "[" * 33 + "]" * 33 + "}", "[" * 100_000, '{"x":1' + "0" * 5_000 + "}",
])  # fmt: skip
def test_what_a_reader_may_stumble_over_is_told_as_malformed(platform: Platform, text: str) -> None:
    assert sent(platform, "service", form(platform, "QUERY_PROJECT_INFORMATION", text.encode())) == "100002"
