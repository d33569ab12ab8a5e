"""SFTP over real sockets: the host's key is known beforehand or nothing is said; files appear whole."""

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path

import asyncssh
import msgspec
import pytest

from cunguan.channels.transport.base import TransportFailed, TransportRefused
from cunguan.channels.transport.sftp import Place, Sftp


class Server:
    """A bank's server, in a thread of its own."""

    def __init__(self, folder: Path, client: asyncssh.SSHKey) -> None:
        self.host_key = asyncssh.generate_private_key("ssh-ed25519")
        self.root = folder / "bank"
        for name in ("in", "out"):
            (self.root / name).mkdir(parents=True)
        self._known = asyncssh.import_authorized_keys(client.export_public_key().decode())
        self._loop = asyncio.new_event_loop()
        self._is_up = threading.Event()
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()
        assert self._is_up.wait(30)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._listen())
        self._is_up.set()
        self._loop.run_forever()
        self._loop.run_until_complete(self._end())
        self._loop.close()

    async def _listen(self) -> None:
        self._server = await asyncssh.listen(
            "127.0.0.1", 0, server_host_keys=[self.host_key], authorized_client_keys=self._known, allow_scp=False,
            sftp_factory=lambda channel: asyncssh.SFTPServer(channel, chroot=str(self.root).encode()),
        )  # fmt: skip
        self.port = self._server.get_port()

    async def _end(self) -> None:
        self._server.close()
        await self._server.wait_closed()

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self.thread.join(30)


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Place, Path]]:
    folder = tmp_path_factory.mktemp("sftp")
    ours = asyncssh.generate_private_key("ssh-ed25519")
    ours.write_private_key(str(folder / "key"))
    server = Server(folder, ours)
    known = folder / "known_hosts"
    known.write_text(f"[127.0.0.1]:{server.port} {server.host_key.export_public_key().decode()}")
    yield server, Place("127.0.0.1", "custody", known, folder / "key", "/in", "/out", server.port), folder
    server.stop()


def test_files_go_and_come(bank: tuple[Server, Place, Path]) -> None:
    server, place, _ = bank
    large = b"y" * 2_500_000
    (server.root / "out" / "camt.xml").write_bytes(large)
    (server.root / "out" / ".camt.part").write_bytes(b"")
    with Sftp(place) as way:
        way.put("p.xml", b"<pain/>")
        way.put("p.xml", b"<pain/>")
        with pytest.raises(TransportRefused, match="with other bytes"):
            way.put("p.xml", b"<other/>")
        assert [one.name for one in way.listed()] == ["camt.xml"]
        assert b"".join(way.get("camt.xml")) == large
    assert {file.name: file.read_bytes() for file in (server.root / "in").iterdir()} == {"p.xml": b"<pain/>"}


def test_a_host_that_is_not_known_is_told_nothing(bank: tuple[Server, Place, Path]) -> None:
    server, place, folder = bank
    other = asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode()
    for name, text in (
        ("empty", ""),
        ("changed", f"[127.0.0.1]:{server.port} {other}"),
        ("elsewhere", f"bank.example {other}"),
    ):
        (folder / name).write_text(text)
        with (
            pytest.raises(TransportRefused, match="nothing was sent"),
            Sftp(msgspec.structs.replace(place, known_hosts=folder / name)),
        ):
            pass
    with (
        pytest.raises(TransportRefused, match="host key"),
        Sftp(msgspec.structs.replace(place, known_hosts=folder / "missing")),
    ):
        pass


def test_a_key_the_bank_does_not_know_is_refused(bank: tuple[Server, Place, Path]) -> None:
    _, place, folder = bank
    asyncssh.generate_private_key("ssh-ed25519").write_private_key(str(folder / "stranger"))
    with pytest.raises(TransportRefused), Sftp(msgspec.structs.replace(place, key=folder / "stranger")):
        pass


def test_what_is_not_there_is_said(bank: tuple[Server, Place, Path]) -> None:
    _, place, _ = bank
    with Sftp(msgspec.structs.replace(place, out="/nowhere", into="/nowhere")) as way:
        for act in (way.listed, lambda: way.put("a.xml", b""), lambda: list(way.get("a.xml"))):
            with pytest.raises(TransportRefused):
                act()
    with pytest.raises(TransportFailed), Sftp(msgspec.structs.replace(place, port=1)):
        pass
