"""HTTPS (安全超文本传输): files by a bank's web service, whose certificate is checked; plain HTTP stays on this host.

Shape   below the bank's address:  PUT orders/<name>  hands a file over, the same one again is the same
                                   GET files?after=<name>  lists names with marks, oldest first, as JSON
                                   GET files/<name>  the bytes
                                   GET status?end_to_end_id=…  a pain.002 of one payment; 404 when the bank has none
        who we are: a client certificate, or a token in a file, as the bank wants it
Errors  AddressWrong: plain HTTP to another host · TransportRefused: certificate, credentials, 4xx · TransportFailed: no answer, 5xx
Source  RFC 9110; RFC 9525 (whose certificate it is); the paths are the demo bank's and of gateways that copy it: no standard names them
"""

import ssl
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self
from urllib.parse import quote, urlsplit

import httpx
import msgspec

from cunguan.channels.transport.base import PIECE_BYTES, Listed, TransportFailed, TransportRefused, plain

LOOPBACK: Final = ("127.0.0.1", "::1", "localhost")
PATIENCE_SECONDS: Final = 20.0
LISTING_BYTES_MAX: Final = 2**24


class AddressWrong(ValueError):
    """Plain HTTP stays on this host."""


class Trust(msgspec.Struct, frozen=True):
    """Whom we believe, and who we are: `ca` for a bank whose authority this machine does not know."""

    ca: Path | None = None
    cert: Path | None = None
    key: Path | None = None
    token: Path | None = None


NOBODY: Final = Trust()


class Https:
    """A bank's web service."""

    def __init__(self, address: str, trust: Trust = NOBODY, patience_seconds: float = PATIENCE_SECONDS) -> None:
        self._address, self._trust, self._patience = checked(address).rstrip("/"), trust, patience_seconds
        self._http: httpx.Client | None = None

    def put(self, name: str, content: bytes) -> None:
        """Hand a file over, whole."""
        self._asked("PUT", f"orders/{quote(plain(name))}", content=content)

    def listed(self, after: str) -> Sequence[Listed]:
        """Return the files after a name."""
        _, said = self._asked("GET", "files", params={"after": after})
        try:
            return msgspec.json.decode(said, type=list[Listed])
        except msgspec.DecodeError as wrong:
            raise TransportRefused(
                f"{self._address} lists its files in a way that is not read here: {wrong}"
            ) from wrong

    def get(self, name: str) -> Iterator[bytes]:
        """Yield a file's bytes."""
        try:
            with self._opened().stream("GET", f"{self._address}/files/{quote(plain(name))}") as answer:
                self._judge(answer)
                yield from answer.iter_bytes(PIECE_BYTES)
        except httpx.TransportError as error:
            raise _failed(self._address, error) from error

    def status(self, end_to_end_id: str) -> bytes | None:
        """Return what the bank says of one payment; None when it has no such payment."""
        code, said = self._asked("GET", "status", is_missing_well=True, params={"end_to_end_id": end_to_end_id})
        return None if code == 404 else said

    def __enter__(self) -> Self:
        """Open it."""
        self._http = httpx.Client(
            verify=self._context(),
            timeout=self._patience,
            trust_env=False,
            follow_redirects=False,
            headers=self._headers(),
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let it go."""
        self._opened().close()
        self._http = None

    # ── inside ───────────────────────────────────────────────────────────────
    def _opened(self) -> httpx.Client:
        assert self._http is not None, "a transport is opened by `with`"
        return self._http

    def _context(self) -> ssl.SSLContext | bool:
        if self._address.startswith("http://"):
            return False  # on this host, and nothing is loaded
        try:
            context = ssl.create_default_context(cafile=self._trust.ca)
            context.minimum_version = ssl.TLSVersion.TLSv1_2
            if self._trust.cert is not None:
                context.load_cert_chain(self._trust.cert, self._trust.key)
        except OSError as wrong:  # ssl.SSLError too
            raise TransportRefused(f"the certificates for {self._address} cannot be used: {wrong}") from wrong
        return context

    def _headers(self) -> dict[str, str]:
        if self._trust.token is None:
            return {}
        try:
            return {"Authorization": f"Bearer {self._trust.token.read_text('utf-8').strip()}"}
        except OSError as wrong:
            raise TransportRefused(f"the token for {self._address} cannot be read: {wrong}") from wrong

    def _asked(self, method: str, path: str, *, is_missing_well: bool = False, **sent: Any) -> tuple[int, bytes]:
        try:
            with self._opened().stream(method, f"{self._address}/{path}", **sent) as answer:
                self._judge(answer, is_missing_well)
                return answer.status_code, _read(answer)
        except httpx.TransportError as error:
            raise _failed(self._address, error) from error

    def _judge(self, answer: httpx.Response, is_missing_well: bool = False) -> None:
        if answer.status_code >= 500 or answer.status_code in (408, 425, 429):
            raise TransportFailed(f"{self._address} says {answer.status_code}")
        if not answer.is_success and not (is_missing_well and answer.status_code == 404):
            raise TransportRefused(f"{self._address} says {answer.status_code}: see its certificate, token and paths")


def checked(address: str) -> str:
    """Return an address that may be spoken to.

    >>> checked("https://bank.example/custody"), checked("http://127.0.0.1:8440")
    ('https://bank.example/custody', 'http://127.0.0.1:8440')
    """
    parts = urlsplit(address)
    if parts.scheme == "https" and parts.hostname:
        return address
    if parts.scheme != "http" or parts.hostname not in LOOPBACK:
        raise AddressWrong(f"a bank is spoken to by https; plain http stays on this host: {address}")
    return address


def _read(answer: httpx.Response) -> bytes:
    """Return an answer that is no file, as far as it is of a sane size."""
    read = bytearray()
    for piece in answer.iter_bytes(PIECE_BYTES):
        read += piece
        if len(read) > LISTING_BYTES_MAX:
            raise TransportRefused(f"an answer of {answer.url.host} has more than {LISTING_BYTES_MAX} bytes")
    return bytes(read)


def _failed(address: str, error: httpx.TransportError) -> TransportFailed:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return TransportRefused(f"{address} does not prove who it is: {cause.verify_message}; nothing was sent")
        cause = cause.__cause__ or cause.__context__
    return TransportFailed(f"{address} did not answer: {type(error).__name__}")
