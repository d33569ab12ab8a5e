"""TLS: a plane on another host is met by TLS 1.3 with certificates of one authority on both sides, or not at all."""

import socket
import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cunguan.config.wiring import Wiring
from cunguan.doors.cli import main as cli
from cunguan.kernel.codes import Code
from cunguan.keys.certificates import CLIENT, SERVER, Pair, authority, issue
from cunguan.plane.client import Client
from cunguan.plane.frames import encode_submit, submission
from cunguan.plane.process import Process
from cunguan.plane.server import Listen, Server
from cunguan.plane.tls import AddressWrong, Credentials, Remote, client_context, host_and_port
from cunguan.store import transport
from tests.plane.harness import LANE, books_hold, deposit, rows

NOW = datetime.now(UTC)
HOST = "127.0.0.1"


class Files:
    """Certificates in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.ca = authority("planes", NOW)
        self.other = authority("planes", NOW)
        self._write("ca", self.ca)
        self._write("other", self.other)

    def _write(self, name: str, pair: Pair) -> None:
        (self.folder / f"{name}.pem").write_bytes(pair.cert)
        (self.folder / f"{name}.key").write_bytes(pair.key)

    def leaf(
        self, name: str, *hosts: str, by: Pair | None = None, ca: str = "ca", at: datetime = NOW, **given: object
    ) -> Credentials:
        """Make a certificate; return it beside the authority its owner trusts."""
        self._write(name, issue(by or self.ca, "planes", name, hosts, at, **given))  # type: ignore[arg-type]  # as named there
        return self.own(name, ca)

    def own(self, name: str, ca: str = "ca") -> Credentials:
        return Credentials(self.folder / f"{name}.pem", self.folder / f"{name}.key", self.folder / f"{ca}.pem")


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path)


@pytest.fixture
def server(books: str, home: Path, files: Files) -> Iterator[Server]:
    """A plane of this process that other hosts may reach."""
    with Process(books, owner="test", channels=lambda lane: {}) as process:
        found = Server(process.plane, home / "plane.sock", Listen(HOST, 0, files.leaf("plane", HOST, "localhost")))
        yield found
        found.stop()


def met(server: Server, credentials: Credentials, host: str = HOST) -> Code:
    """Return what a caller hears who asks once."""
    client = Client(Remote(host, server.port, credentials), patience_seconds=0)
    try:
        return client.ask(LANE, deposit(1)).code
    finally:
        client.close()


def test_a_caller_with_a_certificate_of_the_authority_is_served(books: str, server: Server, files: Files) -> None:
    client = Client(Remote(HOST, server.port, files.leaf("caller")), patience_seconds=60)
    try:
        assert client.is_answered()
        answers = client.ask_all([(LANE, deposit(n)) for n in range(500)])
    finally:
        client.close()
    assert {answer.code for answer in answers} == {Code.done}
    books_hold(books)


def test_many_threads_share_one_connection_in_both_directions(books: str, server: Server, files: Files) -> None:
    client = Client(Remote(HOST, server.port, files.leaf("caller")), patience_seconds=60)
    heard: list[Code] = []

    def ask(part: int) -> None:
        heard.extend(answer.code for answer in client.ask_all([(LANE, deposit(part * 200 + n)) for n in range(200)]))

    threads = [threading.Thread(target=ask, args=(part,)) for part in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    client.close()
    assert heard == [Code.done] * 1_600
    books_hold(books)


#: who calls -> how his certificate is made
STRANGERS = {
    "a certificate of another authority": lambda files: files.leaf("x", by=files.other),
    "one that is over": lambda files: files.leaf("x", at=NOW - timedelta(days=10), days=9),
    "one that is not valid yet": lambda files: files.leaf("x", at=NOW + timedelta(days=1)),
    "one for servers only": lambda files: files.leaf("x", uses=(SERVER,)),
}


@pytest.mark.parametrize("name", STRANGERS)
def test_a_stranger_hears_nothing_and_changes_nothing(books: str, server: Server, files: Files, name: str) -> None:
    before = rows(books, LANE)
    assert met(server, STRANGERS[name](files)) is Code.in_doubt
    assert rows(books, LANE) == before
    assert met(server, files.leaf("caller")) is Code.done, "others are served"


def test_a_caller_without_a_certificate_is_turned_away(books: str, server: Server, files: Files) -> None:
    before = rows(books, LANE)
    context = ssl.create_default_context(cafile=str(files.own("ca").ca))
    with (
        pytest.raises(OSError),
        context.wrap_socket(socket.create_connection((HOST, server.port)), server_hostname=HOST) as caller,
    ):
        caller.settimeout(30)
        caller.sendall(encode_submit(1, [submission(LANE, deposit(1))]))
        assert caller.recv(1) == b""
        raise ConnectionAbortedError
    assert rows(books, LANE) == before


def test_plain_words_are_turned_away(books: str, server: Server) -> None:
    before = rows(books, LANE)
    with socket.create_connection((HOST, server.port), 30) as caller:
        caller.sendall(encode_submit(1, [submission(LANE, deposit(1))]))
        heard = b""
        try:
            while part := caller.recv(100):
                heard += part
        except ConnectionResetError:
            pass
    assert len(heard) < 16, "an alert of TLS at most"
    assert rows(books, LANE) == before


def test_an_older_tls_is_turned_away(server: Server, files: Files) -> None:
    context = client_context(files.leaf("caller"))
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    with pytest.raises(ssl.SSLError), socket.create_connection((HOST, server.port), 30) as plain:
        context.wrap_socket(plain, server_hostname=HOST)


#: what is wrong with the plane, as its caller sees it -> (the plane's certificate, whom the caller trusts, by which name he asks)
IMPOSTORS = {
    "another authority": (lambda files: files.leaf("p", HOST, by=files.other, ca="ca"), "ca", HOST),
    "a caller who trusts another": (lambda files: files.leaf("p", HOST), "other", HOST),
    "another name": (lambda files: files.leaf("p", "plane.example"), "ca", HOST),
    "no name": (lambda files: files.leaf("p"), "ca", HOST),
    "a name that is asked for by another": (lambda files: files.leaf("p", HOST), "ca", "localhost"),
    "over": (lambda files: files.leaf("p", HOST, at=NOW - timedelta(days=10), days=9), "ca", HOST),
    "for callers only": (lambda files: files.leaf("p", HOST, uses=(CLIENT,)), "ca", HOST),
}


@pytest.mark.parametrize("name", IMPOSTORS)
def test_a_caller_tells_nothing_to_an_impostor(books: str, home: Path, files: Files, name: str) -> None:
    made, trusted, host = IMPOSTORS[name]
    files.leaf("caller")
    before = rows(books, LANE)
    with Process(books, owner="test", channels=lambda lane: {}) as process:
        server = Server(process.plane, home / "plane.sock", Listen(HOST, 0, made(files)))
        assert met(server, files.own("caller", trusted), host) is Code.in_doubt
        server.stop()
    assert rows(books, LANE) == before


def test_a_caller_refuses_an_older_tls(files: Files) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    plane = files.leaf("p", HOST)
    context.load_cert_chain(plane.cert, plane.key)
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    with socket.create_server((HOST, 0)) as place:
        errors: list[BaseException] = []

        def serve() -> None:
            try:
                context.wrap_socket(place.accept()[0], server_side=True)
            except OSError as error:
                errors.append(error)

        thread = threading.Thread(target=serve)
        thread.start()
        client = Client(Remote(HOST, place.getsockname()[1], files.leaf("caller")), patience_seconds=0)
        assert client.ask(LANE, deposit(1)).code is Code.in_doubt
        thread.join()
    assert errors


def test_a_server_that_stops_hangs_up_and_the_caller_asks_the_next(books: str, home: Path, files: Files) -> None:
    plane, caller = files.leaf("plane", HOST), files.leaf("caller")
    with Process(books, owner="test", channels=lambda lane: {}) as process:
        server = Server(process.plane, home / "plane.sock", Listen(HOST, 0, plane))
        client = Client(Remote(HOST, server.port, caller), patience_seconds=60)
        assert client.ask(LANE, deposit(1)).code is Code.done
        server.stop()
        assert client.submit([(LANE, deposit(2))]).result()[0].code is Code.in_doubt
        again = Server(process.plane, home / "plane.sock", Listen(HOST, server.port, plane))
        assert client.ask(LANE, deposit(2)).code is Code.done
        client.close()
        again.stop()
    books_hold(books)


@pytest.mark.parametrize(
    "address", ["tcp://host:1", "tls://host", "http://h:1", "tls://:7", "tls://h:99999", "tls://h:7/x"]
)
def test_no_other_way_is_spoken(address: str, tmp_path: Path) -> None:
    with pytest.raises(AddressWrong):
        host_and_port(address)
    environ = {"CUNGUAN_HOME": str(tmp_path), "CUNGUAN_PLANE_ADDRESS": address}
    with pytest.raises(AddressWrong):
        assert Wiring(environ).plane


def test_a_plane_listens_to_other_hosts_by_tls_alone(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wiring = Wiring({"CUNGUAN_HOME": str(home)})
    assert cli.main(["plane", "--listen", "127.0.0.1:7420"], wiring) == 2
    assert "TLS alone" in capsys.readouterr().err


def test_the_verb_makes_an_authority_and_what_it_signs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wiring = Wiring({})
    folder = str(tmp_path / "ca")
    assert cli.main(["tls", "issue", folder, "plane"], wiring) == 1
    assert cli.main(["tls", "authority", folder], wiring) == 0
    assert cli.main(["tls", "authority", folder], wiring) == 1, "an authority is never written over another"
    assert cli.main(["tls", "issue", folder, "plane", "--host", "localhost", "--host", "::1"], wiring) == 0
    assert (tmp_path / "ca" / "plane.key").stat().st_mode & 0o077 == 0
    names = ssl._ssl._test_decode_cert(str(tmp_path / "ca" / "plane.pem"))["subjectAltName"]  # type: ignore[attr-defined]
    assert names == (("DNS", "localhost"), ("IP Address", "0:0:0:0:0:0:0:1"))


#: URL of a database -> whether production may use it
URLS = {
    "postgresql:///x": True,
    "postgresql:///x?host=/run/pg": True,
    "postgresql://localhost/x": True,
    "postgresql://127.0.0.2/x": True,
    "postgresql://[::1]/x": True,
    "postgresql://db.example/x": False,
    "postgresql://db.example/x?sslmode=require": False,
    "postgresql://db.example/x?sslmode=verify-ca": False,
    "postgresql://db.example/x?sslmode=verify-full": True,
    "postgresql://localhost,db.example/x": False,
    "postgresql://localhost/x?hostaddr=10.0.0.1": False,
    "service=books": False,
}


@pytest.mark.parametrize("url", URLS)
def test_a_database_on_another_host_proves_its_name(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PGSSLMODE", raising=False)
    assert (transport.complaint(url) is None) == URLS[url]


def test_what_libpq_takes_from_the_environment_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGHOST", "db.example")
    assert transport.complaint("postgresql:///x") is not None
    monkeypatch.setenv("PGSSLMODE", "verify-full")
    assert transport.complaint("postgresql:///x") is None


def test_production_refuses_a_database_that_does_not(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cunguan.store.embedded.server._version", lambda url: "18.0")
    wiring = Wiring({
        "CUNGUAN_HOME": str(home), "DATABASE_URL": "postgresql://db.example/x", "CUNGUAN_KEYS": "vault:https://vault.example",
    })  # fmt: skip
    assert cli.main(["plane", "--production"], wiring) == 1
    assert "verify-full is needed" in capsys.readouterr().err
