"""Schemathesis: what the document promises of every operation holds for whatever its schemas allow, and for what they do not.

Requests are made from the document by a fixed seed, signed as a platform signs, and sent to a running door with a plane
behind it, on books of its own. Checked of each answer: no 5xx but a documented one, a documented status, its media type, its
headers and its schema.
"""

import secrets
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import msgspec
import pytest
import schemathesis
from requests import PreparedRequest
from requests.auth import AuthBase
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from cunguan.doors.api.openapi import published
from cunguan.keys import httpsig
from cunguan.keys.httpsig import Signer, Target
from tests.conftest import fresh_database
from tests.doors.api.harness import Stack, add_key, ground, running

EXAMPLES = 3
CHECKS = [
    not_a_server_error, status_code_conformance, content_type_conformance, response_headers_conformance,
    response_schema_conformance, unsupported_method,
]  # fmt: skip


class Signing(AuthBase):
    """Signs a request as it is about to leave; the id is the body's own where the body has one."""

    def __init__(self, signer: Signer) -> None:
        self._signer = signer

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        raw = request.body.encode() if isinstance(request.body, str) else request.body or b""
        instruction_id = request.headers.pop("Instruction-Id", "")
        url = target_of(request)
        given = {"created": int(time.time()), "nonce": secrets.token_urlsafe(16)}
        request.headers.update(httpsig.sign_request(self._signer, url, raw, id_in(raw) or instruction_id, **given))
        return request


def target_of(request: PreparedRequest) -> Target:
    """Return where a request goes, as it is written on the wire."""
    path, _, query = request.path_url.partition("?")
    return Target(str(request.method), httpsig.authority_of(str(request.url)), path, query)


def id_in(raw: bytes) -> str:
    """Return the id a body says, if it is one that can be sent in a header."""
    try:
        body = msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return ""
    said = body.get("id") if isinstance(body, dict) else None
    return said if isinstance(said, str) and said.isascii() and said.isprintable() else ""


def has_no_bank(response: Any) -> bool:
    """Return whether a sandbox's control says, as its document does, that no bank runs beside this door."""
    return response.status_code == 503 and b'"code":"bank_not_there"' in response.content


@pytest.fixture(scope="module")
def sandbox(wheel_server_url: str) -> Iterator[Stack]:
    """A door of its own: what is sent here may change anything."""
    home = Path(tempfile.mkdtemp(prefix="cunguan-thesis-"))
    try:
        for url in fresh_database(wheel_server_url):
            ground(url)
            with running(url, home) as found:
                yield found
    finally:
        shutil.rmtree(home)


@pytest.fixture(scope="module")
def signing(sandbox: Stack) -> Signing:
    """The signature of the sandbox platform, for everything."""
    return Signing(add_key(sandbox.url))


DOCUMENT = schemathesis.openapi.from_dict(msgspec.json.decode(msgspec.json.encode(published(True))))
DOCUMENT.config.phases.coverage.enabled = (
    False  # hundreds of requests an operation: more than a test of this house may take
)


@DOCUMENT.parametrize()
@hypothesis.settings(
    max_examples=EXAMPLES,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=list(hypothesis.HealthCheck),
)
def test_an_operation_answers_as_the_document_says(case: Any, sandbox: Stack, signing: Signing) -> None:
    response = case.call(base_url=sandbox.address, auth=signing)
    if has_no_bank(response):
        return
    case.validate_response(response, checks=CHECKS)
