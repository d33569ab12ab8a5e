"""Listen: TLS 1.3 or nothing beyond loopback, no wrong certificate, mutual TLS where it is asked for; over real sockets."""

import socket
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from cunguan.doors.api.listen import Listen, ListenWrong, arguments
from cunguan.keys.certificates import Pair, authority, issue
from tests.doors.api.harness import Stack, served, set_profile
from tests.doors.conftest import Cunguan

NOW = datetime.now(UTC)


class Files:
    """An authority of the door and one of the platforms, and what they have signed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._doors, self._platforms = authority("doors", NOW), authority("platforms", NOW)
        for name, made in (
            ("door", issue(self._doors, "doors", "door", ["127.0.0.1", "localhost"], NOW)),
            ("elsewhere", issue(self._doors, "doors", "door", ["bank.example"], NOW)),
            ("platform", issue(self._platforms, "platforms", "P1", [], NOW)),
            ("stranger", issue(self._doors, "doors", "P1", [], NOW)),
            ("old", issue(self._platforms, "platforms", "P1", [], NOW - timedelta(days=10), 1)),
            ("doors-ca", self._doors), ("platforms-ca", self._platforms),
        ):  # fmt: skip
            self._write(name, made)

    def cert(self, name: str) -> Path:
        """Return a certificate."""
        return self.folder / f"{name}.pem"

    def key(self, name: str) -> Path:
        """Return its key."""
        return self.folder / f"{name}.key"

    def tls(self, name: str = "door", *, mutual: bool = False) -> dict[str, Any]:
        """Return how a door listens."""
        beside = {"ca": self.cert("platforms-ca"), "is_mutual": True} if mutual else {}
        return {"cert": self.cert(name), "key": self.key(name), **beside}

    def client(self, name: str = "") -> ssl.SSLContext:
        """Return how a platform meets the door, with a certificate of its own or none."""
        context = ssl.create_default_context(cafile=self.cert("doors-ca"))
        if name:
            context.load_cert_chain(self.cert(name), self.key(name))
        return context

    def _write(self, name: str, made: Pair) -> None:
        self.cert(name).write_bytes(made.cert)
        self.key(name).write_bytes(made.key)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Files:
    """Certificates."""
    return Files(tmp_path_factory.mktemp("tls"))


@pytest.fixture(scope="module")
def mutual(stack: Stack, files: Files) -> Iterator[Stack]:
    """A door that asks for certificates."""
    with served(stack.url, stack.home, tls=files.tls(mutual=True), is_mutual=True) as found:
        yield found


@pytest.fixture(scope="module")
def encrypted(stack: Stack, files: Files) -> Iterator[Stack]:
    """A door that asks for none."""
    with served(stack.url, stack.home, tls=files.tls()) as found:
        yield found


# ── what passes, and what does not ───────────────────────────────────────────
def test_a_signed_request_passes_by_tls_1_3(encrypted: Stack, files: Files) -> None:
    assert encrypted.address.startswith("https://")
    assert encrypted.door(verify=files.client()).get("/v1/platform").status_code == 200


def shaken(stack: Stack, context: ssl.SSLContext, host: str = "127.0.0.1") -> str | None:
    """Return the version a handshake came to, after a byte has come back."""
    port = int(stack.address.rpartition(":")[2])
    with (
        socket.create_connection(("127.0.0.1", port), 10) as plain,
        context.wrap_socket(plain, server_hostname=host) as made,
    ):
        made.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        assert made.recv(1)  # with TLS 1.3 a client learns only now that its certificate was refused
        return made.version()


def test_a_downgrade_is_refused(encrypted: Stack, files: Files) -> None:
    old = files.client()
    old.maximum_version = ssl.TLSVersion.TLSv1_2
    with pytest.raises(ssl.SSLError):
        shaken(encrypted, old)
    assert shaken(encrypted, files.client()) == "TLSv1.3"


def test_plain_http_where_tls_is_spoken_is_hung_up_on(encrypted: Stack) -> None:
    with pytest.raises(httpx.TransportError):
        httpx.get(encrypted.address.replace("https", "http") + "/healthz")


def test_a_door_with_another_name_or_of_another_authority_is_not_spoken_to(
    stack: Stack, encrypted: Stack, files: Files
) -> None:
    with pytest.raises(ssl.SSLCertVerificationError):
        shaken(encrypted, ssl.create_default_context())
    with (
        served(stack.url, stack.home, tls=files.tls("elsewhere")) as wrong,
        pytest.raises(ssl.SSLCertVerificationError, match="IP address mismatch"),
    ):
        shaken(wrong, files.client())


@pytest.mark.parametrize("name", ["", "stranger", "old"])
def test_without_a_valid_certificate_of_the_platforms_authority_nothing_is_heard(
    mutual: Stack, files: Files, name: str
) -> None:
    with pytest.raises((ssl.SSLError, ConnectionError)):
        shaken(mutual, files.client(name))


def test_a_platform_that_must_show_its_certificate_is_heard_there_and_nowhere_else(
    mutual: Stack, encrypted: Stack, files: Files
) -> None:
    at_mutual = mutual.door(verify=files.client("platform"))
    elsewhere = encrypted.door(verify=files.client("platform"))
    set_profile(mutual.url, 1, mutual_tls=True)
    try:
        assert at_mutual.get("/v1/platform").status_code == 200
        r = elsewhere.get("/v1/platform")
        assert (r.status_code, r.json()["code"]) == (403, "mutual_tls_required")
    finally:
        set_profile(mutual.url, 1)


def test_a_certificate_alone_says_nothing_of_who_asks(mutual: Stack, files: Files) -> None:
    r = httpx.get(f"{mutual.address}/v1/platform", verify=files.client("platform"))
    assert (r.status_code, r.json()["code"]) == (401, "signature_invalid")


# ── how a door may not be opened ─────────────────────────────────────────────
@pytest.mark.parametrize(("host", "given", "why"), [
    ("0.0.0.0", {}, "plain HTTP is heard on loopback alone"),
    ("::", {}, "plain HTTP is heard on loopback alone"),
    ("bank.example", {}, "plain HTTP is heard on loopback alone"),
    ("127.0.0.1", {"cert": "door.pem"}, "needs both"),
    ("127.0.0.1", {"key": "door.key"}, "needs both"),
    ("127.0.0.1", {"is_mutual": True}, "mutual TLS needs"),
    ("127.0.0.1", {"cert": "door.pem", "key": "door.key", "is_mutual": True}, "mutual TLS needs"),
    ("127.0.0.1", {"cert": "door.pem", "key": "door.key", "ca": "doors-ca.pem"}, "no use without"),
    ("127.0.0.1", {"cert": "door.pem", "key": "platform.key"}, "are no certificate and its key"),
    ("127.0.0.1", {"cert": "none.pem", "key": "door.key"}, "is not there"),
    ("127.0.0.1", {"cert": "door.pem", "key": "door.key", "ca": "door.key", "is_mutual": True}, "holds no certificate"),
])  # fmt: skip
def test_what_would_be_less_than_it_says_is_refused_at_the_start(
    files: Files, host: str, given: dict[str, Any], why: str
) -> None:
    placed = {name: files.folder / value if isinstance(value, str) else value for name, value in given.items()}
    with pytest.raises(ListenWrong, match=why):
        arguments(Listen(host, 8420, **placed))


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost"])
def test_plain_http_is_heard_on_loopback(host: str) -> None:
    assert arguments(Listen(host, 8420)) == {"address": host, "port": 8420}


def test_serve_does_not_start_with_plain_http_beyond_loopback(cunguan: Cunguan) -> None:
    code, _, err = cunguan("serve", "--host", "0.0.0.0")
    assert (code, "plain HTTP is heard on loopback alone" in err) == (2, True)
    code, _, err = cunguan("serve", "--mutual")
    assert (code, "mutual TLS needs" in err) == (2, True)
