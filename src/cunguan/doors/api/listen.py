"""Listen (监听): where the platform's door is heard, and by which encryption; anything less is refused before it starts.

When    `cunguan serve` starts
Shape   Listen: host, port, the door's own certificate and key, and for mutual TLS the authority of the platforms' certificates
Returns arguments of granian: TLS 1.3 alone; with `is_mutual` no connection without a certificate of that authority
Errors  ListenWrong: plain HTTP beyond loopback; a file that is missing or damaged; mutual TLS without an authority, which
        granian would take as no mutual TLS at all
Source  RFC 8446; issue "The platform's door" 3. Who a platform is, its signature says (gate.py); granian hands no certificate on
"""

import ssl
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import msgspec


class ListenWrong(ValueError):
    """The door may not be opened so, and why."""


class Listen(msgspec.Struct, frozen=True):
    """One place where the door is heard; `ca` only for mutual TLS."""

    host: str
    port: int
    cert: Path | None = None
    key: Path | None = None
    ca: Path | None = None
    is_mutual: bool = False

    @property
    def address(self) -> str:
        """How it is reached, where nothing stands before it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'https' if self.cert else 'http'}://{host}:{self.port}"


def arguments(listen: Listen) -> dict[str, Any]:
    """Return what granian is given; ListenWrong when it may not be."""
    check(listen)
    where = {"address": listen.host, "port": listen.port}
    if not listen.cert:
        return where
    from granian.constants import SSLProtocols  # only who serves needs it; it takes its time

    return {
        **where, "ssl_cert": listen.cert, "ssl_key": listen.key, "ssl_protocol_min": SSLProtocols.tls13,
        "ssl_ca": listen.ca, "ssl_client_verify": listen.is_mutual,
    }  # fmt: skip


def check(listen: Listen) -> None:
    """Refuse a place where no door may be opened."""
    if listen.is_mutual and not (listen.cert and listen.key and listen.ca):
        raise ListenWrong(
            "mutual TLS needs the door's certificate and key, and the authority of the platforms' certificates"
        )
    if listen.ca and not listen.is_mutual:
        raise ListenWrong("an authority of the platforms' certificates has no use without mutual TLS")
    if listen.cert and listen.key:
        return _check(listen)
    if listen.cert or listen.key:
        raise ListenWrong("TLS needs both, a certificate and its key")
    if not is_loopback(listen.host):
        raise ListenWrong(
            f"plain HTTP is heard on loopback alone, not at {listen.host}: give a certificate and its key"
        )


def is_loopback(host: str) -> bool:
    """Return whether only this host can reach it; a name but localhost may be anywhere.

    >>> is_loopback("127.0.0.1"), is_loopback("::1"), is_loopback("localhost"), is_loopback("0.0.0.0"), is_loopback("bank")
    (True, True, True, False, False)
    """
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _check(listen: Listen) -> None:
    """Read the files as OpenSSL does: what is wrong with one is said at the start, not at the first handshake."""
    assert listen.cert is not None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    for file in (listen.cert, listen.key, listen.ca):
        if file is not None and not file.is_file():
            raise ListenWrong(f"{file} is not there")
    try:
        context.load_cert_chain(listen.cert, listen.key, password=_no_password)
    except (ssl.SSLError, ValueError) as wrong:
        raise ListenWrong(f"{listen.cert} and {listen.key} are no certificate and its key in PEM: {wrong}") from wrong
    if listen.ca is None:
        return
    try:
        context.load_verify_locations(listen.ca)
    except ssl.SSLError as wrong:
        raise ListenWrong(f"{listen.ca} holds no certificate of an authority in PEM: {wrong}") from wrong


def _no_password() -> str:
    raise ValueError("the key has a password; a server that starts by itself cannot type it")
