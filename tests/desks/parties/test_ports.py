"""Ports: a real service over TLS is believed only in the form, about the question, and by the key that is expected."""

import threading
from base64 import b64encode
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import nacl.signing
import pytest

from cunguan.desks.parties.identity import Identity, NotVerified, Session, Verdict, Verified
from cunguan.desks.parties.ports import Told, complaint, made
from cunguan.desks.parties.ports.calling import Caller, PortsWrong
from cunguan.desks.parties.ports.http_liveness import HttpLiveness
from cunguan.desks.parties.ports.http_verifier import HttpVerifier
from cunguan.desks.parties.ports.verdicts import said_of
from cunguan.kernel.codes import Code
from cunguan.keys.certificates import authority
from tests.desks.service import Service

WHO = Identity("张三", "resident_id", "11010519491231002X", "13800001234", "6228480402564890018")
KEY = nacl.signing.SigningKey(b"k" * 32)
NOW = datetime(2026, 11, 26, 3, tzinfo=UTC)


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    made = Service(tmp_path)
    yield made
    made.stop()


def verifier(service: Service) -> HttpVerifier:
    return HttpVerifier(Caller(service.url, ca=service.ca))


def test_a_match_is_a_yes_with_the_services_reference(service: Service) -> None:
    service.tells(outcome="match", reference="R-77")
    said = verifier(service).check(WHO, 3)
    assert isinstance(said, Verified)
    assert (said.evidence, said.elements) == ("R-77", 3)
    path, _, asked = service.asked[0]
    assert path == "/checks"
    assert set(asked) == {"request", "elements", "id_type", "name", "id_number", "mobile"}, "the card was not compared"


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"outcome": "mismatch", "reference": "R-1"},                 Code.identity_differs),
        ({"outcome": "unknown", "reference": "R-1"},                  Code.in_doubt),
        ({"outcome": "match"},                                        Code.in_doubt),  # without a reference it is no evidence
        ({"outcome": "match", "reference": "R" * 201},                Code.in_doubt),
        ({"outcome": "yes", "reference": "R-1"},                      Code.in_doubt),
        ({"request": "another", "outcome": "match", "reference": "R"}, Code.in_doubt),
        ({"outcome": ["match"], "reference": "R"},                    Code.in_doubt),
    ],
)  # fmt: skip
def test_all_else_is_no_yes(service: Service, said: dict[str, Any], code: Code) -> None:
    service.tells(**said)
    answer = verifier(service).check(WHO, 4)
    assert isinstance(answer, NotVerified) and answer.code is code


@pytest.mark.parametrize(
    ("status", "content"),
    [
        (500, b""),
        (302, b""),
        (200, b""),
        (200, b"<html>"),
        (200, b"{" * 1000),
        (200, b" " * 100_000),
        (204, b""),
        (200, b"null"),
    ],
)
def test_what_cannot_be_read_is_in_doubt(service: Service, status: int, content: bytes) -> None:
    service.answers = lambda asked: (status, content)
    answer = verifier(service).check(WHO, 4)
    assert isinstance(answer, NotVerified) and answer.code is Code.in_doubt


def test_a_service_that_is_not_there_or_not_known_is_in_doubt(service: Service, tmp_path: Path) -> None:
    service.tells(outcome="match", reference="R-1")
    (tmp_path / "other.pem").write_bytes(authority("other", datetime.now(UTC)).cert)
    stranger = HttpVerifier(Caller(service.url, ca=str(tmp_path / "other.pem")))
    nobody = HttpVerifier(Caller("https://127.0.0.1:9", ca=service.ca))
    for port in (stranger, nobody):
        answer = port.check(WHO, 4)
        assert isinstance(answer, NotVerified) and answer.code is Code.in_doubt
    assert service.asked == [], "nothing was told to who is not known"


def test_a_service_that_says_nothing_in_time_is_in_doubt(service: Service) -> None:
    held = threading.Event()
    service.answers = lambda asked: (200 if held.wait(20) else 504, b"")
    port = HttpVerifier(Caller(service.url, ca=service.ca, seconds=0.2))
    answer = port.check(WHO, 4)
    held.set()
    assert isinstance(answer, NotVerified) and answer.code is Code.in_doubt


@pytest.mark.parametrize("url", ["http://verifier.example", "verifier.example", "https://", "file:///etc/passwd"])
def test_personal_data_leaves_by_tls_alone(url: str) -> None:
    with pytest.raises(PortsWrong):
        Caller(url)


# ── liveness ─────────────────────────────────────────────────────────────────
def told(
    session: str = "S1", purpose: str = "opening", subject: str = "person:1", is_live: bool = True
) -> dict[str, Any]:
    said = said_of(session, purpose, subject, is_live, NOW)
    return {
        "is_done": True, "is_live": is_live, "at": NOW.isoformat(), "said": b64encode(said).decode(),
        "signature": b64encode(KEY.sign(said).signature).decode(),
    }  # fmt: skip


def liveness(service: Service) -> HttpLiveness:
    return HttpLiveness(Caller(service.url, ca=service.ca), b64encode(bytes(KEY.verify_key)).decode())


def test_a_session_goes_to_the_services_page(service: Service) -> None:
    service.tells(session="S1", url="https://camera.example/S1")
    assert liveness(service).begin("opening", "person:1") == Session("S1", "https://camera.example/S1", "opening")
    service.tells(session="S1", url="javascript:alert(1)")
    assert isinstance(liveness(service).begin("opening", "person:1"), NotVerified)


def test_a_verdict_counts_as_it_was_signed(service: Service) -> None:
    service.tells(**told())
    said = liveness(service).verdict("S1", "opening", "person:1")
    assert isinstance(said, Verdict) and said.is_live


@pytest.mark.parametrize(
    "changed",
    [
        {**told(), "is_live": False},                       # the words say that he lives, the field that he does not
        told(subject="person:2"),                           # somebody else's
        told(purpose="recovery"),                           # for something else
        told(session="S0"),                                 # an earlier one
        {**told(), "signature": b64encode(b"0" * 64).decode()},
        {**told(), "signature": ""},
        {**told(), "at": "2026-11-26T03:00:00"},            # of no zone
        {"is_done": False},
    ],
)  # fmt: skip
def test_a_verdict_of_another_or_by_nobody_is_in_doubt(service: Service, changed: dict[str, Any]) -> None:
    service.tells(**changed)
    said = liveness(service).verdict("S1", "opening", "person:1")
    assert isinstance(said, NotVerified) and said.code is Code.in_doubt


# ── which are on ─────────────────────────────────────────────────────────────
def test_a_production_takes_no_port_of_the_sandbox(tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text("id,name\n1,Nobody Else\n")
    key = b64encode(bytes(KEY.verify_key)).decode()
    url, lists = "https://verifier.example", str(tmp_path)
    whole = {"verifier_url": url, "screening_lists": lists, "liveness_url": url, "liveness_key": key}
    assert complaint(Told(**whole)) == ""
    for name, variable in (("verifier_url", "CUNGUAN_VERIFIER_URL"), ("screening_lists", "CUNGUAN_SCREENING_LISTS"),
                           ("liveness_url", "CUNGUAN_LIVENESS_URL")):  # fmt: skip
        assert variable in complaint(Told(**{**whole, name: ""}))
    assert "CUNGUAN_LIVENESS_KEY" in complaint(Told(**{**whole, "liveness_key": "short"}))
    assert "https" in complaint(Told(**{**whole, "verifier_url": "http://verifier.example"}))
    assert "no list" in complaint(Told(**{**whole, "screening_lists": str(tmp_path / "none")}))
    assert made(Told()).verifier.is_sandbox
