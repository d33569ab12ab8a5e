"""HTTPS over real sockets: a bank that does not prove its name is told nothing; what it answers is judged."""

import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from cunguan.channels.transport.base import Listed, TransportFailed, TransportRefused
from cunguan.channels.transport.https import AddressWrong, Https, Trust
from cunguan.keys.certificates import Pair, authority, issue

NOW = datetime.now(UTC)


class Web(BaseHTTPRequestHandler):
    """A bank's web service."""

    server: "Bank"

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        status, body = self.server.says.get(self.path.partition("?")[0], (404, b""))
        self._say(status, body)

    def do_PUT(self) -> None:
        self.server.asked.append(self.path)
        self.server.put[self.path] = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.token = self.headers.get("Authorization", "")
        self._say(*self.server.says.get(self.path, (201, b"")))

    def _say(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Location", "http://127.0.0.1:1/")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


class Bank(ThreadingHTTPServer):
    """It listens, with the certificate it is given."""

    daemon_threads = True

    def __init__(self, pair: Pair | None, folder: Path, callers: Path | None = None) -> None:
        super().__init__(("127.0.0.1", 0), Web)
        self.says: dict[str, tuple[int, bytes]] = {}
        self.asked: list[str] = []
        self.put: dict[str, bytes] = {}
        self.token = ""
        if pair is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*files(folder, "bank", pair))
            if callers is not None:
                context.verify_mode = ssl.CERT_REQUIRED
                context.load_verify_locations(callers)
            self.socket = context.wrap_socket(self.socket, server_side=True)
        self.address = f"http{'s' if pair else ''}://127.0.0.1:{self.server_address[1]}"
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A caller who hangs up is not news."""


def files(folder: Path, name: str, pair: Pair) -> tuple[Path, Path]:
    cert, key = folder / f"{name}.pem", folder / f"{name}-key.pem"
    cert.write_bytes(pair.cert)
    key.write_bytes(pair.key)
    return cert, key


@pytest.fixture
def ca(tmp_path: Path) -> tuple[Pair, Path]:
    made = authority("house", NOW)
    (tmp_path / "ca.pem").write_bytes(made.cert)
    return made, tmp_path / "ca.pem"


@pytest.fixture
def banks() -> Iterator[list[Bank]]:
    running: list[Bank] = []
    yield running
    for bank in running:
        bank.shutdown()
        bank.server_close()


def test_files_go_and_come(tmp_path: Path, ca: tuple[Pair, Path], banks: list[Bank]) -> None:
    bank = Bank(issue(ca[0], "house", "bank", ["127.0.0.1"], NOW), tmp_path)
    banks.append(bank)
    large = b"x" * 2_500_000
    bank.says |= {
        "/files": (200, b'[{"name":"a b.xml","mark":"1"}]'),
        "/files/a%20b.xml": (200, large),
        "/status": (200, b"<p/>"),
    }
    (tmp_path / "token").write_text("secret\n")
    with Https(bank.address, Trust(ca=ca[1], token=tmp_path / "token")) as way:
        way.put("p.xml", b"<pain/>")
        assert way.listed("z") == [Listed("a b.xml", "1")]
        assert b"".join(way.get("a b.xml")) == large
        assert way.status("1-W1") == b"<p/>"
        bank.says["/status"] = (404, b"")
        assert way.status("1-W2") is None
    assert (bank.put, bank.token) == ({"/orders/p.xml": b"<pain/>"}, "Bearer secret")
    assert bank.asked[1:] == [
        "/files?after=z",
        "/files/a%20b.xml",
        "/status?end_to_end_id=1-W1",
        "/status?end_to_end_id=1-W2",
    ]


@pytest.mark.parametrize(
    ("why", "hosts", "days", "is_trusted"),
    [
        ("certificate verify|self-signed|unable to get", ["127.0.0.1"], 30, False),
        ("mismatch|not valid for", ["bank.example"], 30, True),
        ("expired", ["127.0.0.1"], -1, True),
    ],
)  # fmt: skip
def test_a_bank_that_does_not_prove_its_name_is_told_nothing(
    tmp_path: Path, ca: tuple[Pair, Path], banks: list[Bank], why: str, hosts: list[str], days: int, is_trusted: bool
) -> None:
    bank = Bank(issue(ca[0], "house", "bank", hosts, NOW - timedelta(days=2), 2 + days), tmp_path)
    banks.append(bank)
    trust = Trust(ca=ca[1]) if is_trusted else Trust()
    with Https(bank.address, trust) as way, pytest.raises(TransportRefused, match=why):
        way.put("p.xml", b"<pain/>")
    assert (bank.put, bank.asked) == ({}, [])


def test_who_we_are_is_shown_where_the_bank_asks(tmp_path: Path, ca: tuple[Pair, Path], banks: list[Bank]) -> None:
    bank = Bank(issue(ca[0], "house", "bank", ["127.0.0.1"], NOW), tmp_path, callers=ca[1])
    banks.append(bank)
    cert, key = files(tmp_path, "us", issue(ca[0], "house", "us", [], NOW))
    with Https(bank.address, Trust(ca[1], cert, key)) as way:
        way.put("p.xml", b"1")
    with Https(bank.address, Trust(ca[1])) as way, pytest.raises(TransportFailed):
        way.put("q.xml", b"2")
    assert list(bank.put) == ["/orders/p.xml"]


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (500, TransportFailed),
        (503, TransportFailed),
        (429, TransportFailed),
        (401, TransportRefused),
        (302, TransportRefused),
    ],
)
def test_what_the_bank_answers_is_judged(
    tmp_path: Path, banks: list[Bank], status: int, error: type[Exception]
) -> None:
    bank = Bank(None, tmp_path)
    banks.append(bank)
    bank.says |= {"/orders/p.xml": (status, b""), "/files": (200, b"{")}
    with Https(bank.address) as way:
        with pytest.raises(TransportFailed) as raised:
            way.put("p.xml", b"1")
        assert raised.type is error
        with pytest.raises(TransportRefused, match="in a way that is not read"):
            way.listed("")


def test_nobody_there_is_no_answer(tmp_path: Path) -> None:
    bank = Bank(None, tmp_path)
    bank.shutdown()
    bank.server_close()
    with Https(bank.address) as way, pytest.raises(TransportFailed, match="did not answer"):
        way.put("p.xml", b"1")


@pytest.mark.parametrize(
    "address", ["http://bank.example", "http://10.0.0.1", "ftp://bank.example", "https://", "bank.example"]
)
def test_plain_http_stays_on_this_host(address: str) -> None:
    with pytest.raises(AddressWrong):
        Https(address)


def test_a_certificate_of_ours_that_is_missing_is_said(tmp_path: Path) -> None:
    with (
        pytest.raises(TransportRefused, match="cannot be used"),
        Https("https://127.0.0.1:1", Trust(ca=tmp_path / "no")),
    ):
        pass
    with (
        pytest.raises(TransportRefused, match="cannot be read"),
        Https("http://127.0.0.1:1", Trust(token=tmp_path / "no")),
    ):
        pass
