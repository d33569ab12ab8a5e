"""SFTP (安全文件传输): files by SSH, with a host key that is known beforehand and a key of ours.

Shape   two folders at the bank, one for what we bring and one for what it lays out; nothing is taken away there
        a file of ours is written under a name that nobody reads, then renamed: it appears whole
Errors  TransportRefused: an unknown or changed host key, our key not taken, a folder that is not there · TransportFailed: the line
Source  RFC 4251 4.1 (host keys); OpenSSH's sshd(8), SSH_KNOWN_HOSTS FILE FORMAT
"""

import asyncio
from collections.abc import Awaitable, Iterator, Sequence
from types import TracebackType
from typing import Final, Self, TypeVar

import asyncssh

from cunguan.channels.transport.base import (
    PIECE_BYTES,
    Listed,
    Place,
    TransportFailed,
    TransportRefused,
    is_plain,
    plain,
)

PATIENCE_SECONDS: Final = 20.0
T = TypeVar("T")

#: what a person must put right
_REFUSED: Final = (
    asyncssh.HostKeyNotVerifiable, asyncssh.PermissionDenied, asyncssh.KeyExchangeFailed, asyncssh.KeyImportError,
    asyncssh.SFTPNoSuchFile, asyncssh.SFTPNoSuchPath, asyncssh.SFTPPermissionDenied,
)  # fmt: skip


class Sftp:
    """A bank's SFTP server."""

    def __init__(self, place: Place, patience_seconds: float = PATIENCE_SECONDS) -> None:
        self._place, self._patience = place, patience_seconds
        self._runner: asyncio.Runner | None = None
        self._connection: asyncssh.SSHClientConnection | None = None
        self._sftp: asyncssh.SFTPClient | None = None

    def put(self, name: str, content: bytes) -> None:
        """Hand a file over, whole."""
        target = f"{self._place.out}/{plain(name)}"
        self._do(self._put(target, f"{self._place.out}/.{name}.part", content))

    def listed(self, after: str = "") -> Sequence[Listed]:
        """Return the files of the bank's folder by name; a folder keeps no order to go on in."""
        found = self._do(self._opened().readdir(self._place.into))
        return sorted(
            (Listed(str(one.filename), f"{one.attrs.size}-{one.attrs.mtime}") for one in found
             if one.attrs.type == asyncssh.FILEXFER_TYPE_REGULAR and is_plain(str(one.filename))),
            key=lambda one: one.name,
        )  # fmt: skip

    def get(self, name: str) -> Iterator[bytes]:
        """Yield a file's bytes."""
        file = self._do(self._opened().open(f"{self._place.into}/{plain(name)}", "rb"))
        try:
            while piece := self._do(file.read(PIECE_BYTES)):
                yield bytes(piece)  # type: ignore[arg-type]  # of a file opened for bytes
        finally:
            self._do(file.close())

    def __enter__(self) -> Self:
        """Connect; the host proves by its key who it is, before anything of ours is said."""
        self._runner = asyncio.Runner()
        try:
            self._connection = self._do(self._connected())
            self._sftp = self._do(self._connection.start_sftp_client())
        except BaseException:
            self._close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let it go."""
        self._close()

    # ── inside ───────────────────────────────────────────────────────────────
    def _opened(self) -> asyncssh.SFTPClient:
        assert self._sftp is not None, "a transport is opened by `with`"
        return self._sftp

    async def _connected(self) -> asyncssh.SSHClientConnection:
        place = self._place
        if not place.known_hosts.is_file():  # an empty path would mean: believe anybody
            raise TransportRefused(f"{place.known_hosts} is not there: put the bank's host key into it")
        return await asyncssh.connect(
            place.host, place.port, username=place.user, known_hosts=str(place.known_hosts), client_keys=[str(place.key)],
            config=None, agent_path=None, password_auth=False, kbdint_auth=False, gss_host=None,
        )  # fmt: skip

    async def _put(self, target: str, draft: str, content: bytes) -> None:
        sftp = self._opened()
        if await sftp.exists(target):
            await self._same(target, content)
            return
        async with sftp.open(draft, "wb") as file:
            await file.write(content)
        await sftp.rename(draft, target)  # never over another's

    async def _same(self, target: str, content: bytes) -> None:
        async with self._opened().open(target, "rb") as file:
            if bytes(await file.read()) != content:  # type: ignore[arg-type]  # of a file opened for bytes
                raise TransportRefused(f"{self._place.host} has {target} with other bytes: ask the bank who wrote it")

    def _do(self, step: Awaitable[T]) -> T:
        assert self._runner is not None, "a transport is opened by `with`"
        try:
            return self._runner.run(asyncio.wait_for(step, self._patience))
        except _REFUSED as error:
            raise TransportRefused(f"{self._place.host}: {_words(error)}; nothing was sent") from error
        except (asyncssh.Error, OSError, TimeoutError) as error:
            raise TransportFailed(f"{self._place.host}: {_words(error)}") from error

    def _close(self) -> None:
        assert self._runner is not None
        if self._connection is not None:
            self._connection.abort()
        self._runner.close()
        self._runner = self._connection = self._sftp = None


def _words(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
