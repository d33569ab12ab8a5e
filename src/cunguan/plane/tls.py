"""TLS (传输加密): the plane's socket between hosts: TLS 1.3, both sides show a certificate of the same authority.

When    `cunguan plane --listen`, and whoever reaches a plane at tls://host:port
Shape   Credentials: a chain, its key, the authority that signs for both sides; an authority for planes alone is meant,
        for whoever has a certificate of it may hand instructions in
        Stream: a socket for one reading and one sending thread; OpenSSL lets only one of them in at a time
Errors  ssl.SSLError, an OSError: the other side has no certificate of ours, another name, none that is valid today, or no
        TLS 1.3; nothing was read from it. AddressWrong: what is no address of a plane
Source  design/lanes.md rule 2; RFC 8446; RFC 9525 (names)
"""

import select
import socket
import ssl
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

import msgspec

T = TypeVar("T")

HANDSHAKE_SECONDS = 10.0
#: a host that is gone without a word is noticed after about half a minute
ALIVE = {"TCP_KEEPIDLE": 10, "TCP_KEEPINTVL": 5, "TCP_KEEPCNT": 3}


class AddressWrong(ValueError):
    """This is no address of a plane."""


class Credentials(msgspec.Struct, frozen=True):
    """Files in PEM."""

    cert: Path
    key: Path
    ca: Path


class Remote(msgspec.Struct, frozen=True):
    """A plane on another host, and who we are there."""

    host: str
    port: int
    credentials: Credentials


def host_and_port(address: str) -> tuple[str, int]:
    """Return the two of tls://host:port; plain TCP is never spoken, not even on loopback: there is the Unix socket.

    >>> host_and_port("tls://plane.example:7420"), host_and_port("tls://[::1]:7420")
    (('plane.example', 7420), ('::1', 7420))
    """
    try:
        parts = urlsplit(address)
        if parts.scheme == "tls" and parts.hostname and parts.port and not parts.path and not parts.query:
            return parts.hostname, parts.port
    except ValueError:
        pass  # said below
    raise AddressWrong(f"{address} is no address of a plane: tls://host:port, or the path of its Unix socket")


def server_context(credentials: Credentials) -> ssl.SSLContext:
    """Return how a plane meets its callers."""
    context = _context(ssl.PROTOCOL_TLS_SERVER, credentials)
    context.num_tickets = 0  # each caller shows his certificate each time
    return context


def client_context(credentials: Credentials) -> ssl.SSLContext:
    """Return how a plane is met; its certificate must bear the name it was asked for by."""
    context = _context(ssl.PROTOCOL_TLS_CLIENT, credentials)
    context.check_hostname = True
    return context


def _context(protocol: int, credentials: Credentials) -> ssl.SSLContext:
    context = ssl.SSLContext(protocol)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_cert_chain(credentials.cert, credentials.key)
    context.load_verify_locations(credentials.ca)
    return context


def dial(remote: Remote) -> "Stream":
    """Reach a plane on another host."""
    plain = socket.create_connection((remote.host, remote.port), HANDSHAKE_SECONDS)
    return _shaken(plain, lambda: client_context(remote.credentials).wrap_socket(plain, server_hostname=remote.host))


def welcome(plain: socket.socket, context: ssl.SSLContext) -> "Stream":
    """Meet a caller; he is hung up on when he is none of ours, or takes too long to say who he is."""
    plain.settimeout(HANDSHAKE_SECONDS)
    return _shaken(plain, lambda: context.wrap_socket(plain, server_side=True))


def _shaken(plain: socket.socket, wrap: Callable[[], ssl.SSLSocket]) -> "Stream":
    try:
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        keep_alive(plain)
        return Stream(wrap())
    except BaseException:
        plain.close()
        raise


def keep_alive(plain: socket.socket) -> None:
    """Let a TCP connection notice that the other host is gone; a Unix socket knows by itself."""
    if plain.family == socket.AF_UNIX:
        return
    plain.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in ALIVE.items():
        if hasattr(socket, name):
            plain.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)


class Stream:
    """One encrypted connection."""

    def __init__(self, connection: ssl.SSLSocket) -> None:
        connection.setblocking(False)
        self._connection, self._lock, self._is_shut = connection, threading.Lock(), False

    def recv(self, count: int) -> bytes:
        """Return what has come, at most so much; empty when the other side has closed, or this one was shut."""
        return self._until(lambda: self._connection.recv(count), b"")

    def sendall(self, data: bytes) -> None:
        """Send all of it."""
        rest = memoryview(data)
        while rest:
            sent = self._until(partial(self._connection.send, rest), 0)
            if not sent:
                raise BrokenPipeError("the connection was shut")
            rest = rest[sent:]

    def shutdown(self, how: int) -> None:
        """Let both threads end. (SSLSocket's own would go on in plain text.)"""
        with self._lock:
            self._is_shut = True
            socket.socket.shutdown(self._connection, how)

    def close(self) -> None:
        """Close."""
        with self._lock:
            self._is_shut = True
            self._connection.close()

    def _until(self, act: Callable[[], T], at_end: T) -> T:
        while True:
            with self._lock:
                if self._is_shut:
                    return at_end
                try:
                    return act()
                except ssl.SSLWantReadError:
                    wanted = select.POLLIN
                except ssl.SSLWantWriteError:
                    wanted = select.POLLOUT
                place = self._connection.fileno()
            poll = select.poll()
            poll.register(place, wanted)
            poll.poll(1_000)  # and look again: the other thread may have shut it, or taken what was waited for
