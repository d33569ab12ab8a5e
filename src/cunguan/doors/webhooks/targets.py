"""Targets (回调目标): which addresses a webhook may be sent to, so that nobody makes the custodian call its own house.

When    an endpoint is written down, and again whenever a connection is opened: the very address looked at is connected to
Shape   parse(): the text of a URL to a Target; addresses(): its name to addresses, all of them allowed, or none
        outside a sandbox: https, ports 443 and 8443, addresses of the open internet. In a sandbox also http, any port and
        loopback
Errors  TargetRefused, with a sentence for the platform's engineer
Source  OWASP SSRF prevention; IANA special-purpose address registries (IPv4, IPv6); WHATWG URL "IPv4 parser"; RFC 5891, UTS 46
"""

import asyncio
import re
import socket
from concurrent.futures import ThreadPoolExecutor
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any, Final
from urllib.parse import SplitResult, urlsplit

import idna
import msgspec

URL_CHARACTERS_MAX: Final = 2_048
PORTS: Final = frozenset({443, 8443})
RESOLVE_SECONDS: Final = 5.0

#: threads of their own: a name whose server never answers keeps one for long, and nothing else shall wait for it
_RESOLVING: Final = ThreadPoolExecutor(8, thread_name_prefix="resolve")

Address = IPv4Address | IPv6Address

#: not the open internet, whatever the library that is installed thinks of them
CLOSED: Final = tuple(map(ip_network, (
    "0.0.0.0/8",            # this host
    "10.0.0.0/8",           # private
    "100.64.0.0/10",        # shared by providers; a metadata service of one lies here too
    "127.0.0.0/8",          # loopback
    "168.63.129.16/32",     # a provider's host, seen from its guests
    "169.254.0.0/16",       # link-local: metadata services
    "172.16.0.0/12",        # private
    "192.0.0.0/24",         # protocol assignments; a metadata service of one lies here too
    "192.0.2.0/24",         # documentation
    "192.88.99.0/24",       # 6to4 relays
    "192.168.0.0/16",       # private
    "198.18.0.0/15",        # benchmarks
    "198.51.100.0/24",      # documentation
    "203.0.113.0/24",       # documentation
    "224.0.0.0/3",          # multicast, reserved, broadcast
    "2001::/23",            # protocol assignments, among them Teredo: an IPv4 address inside
    "2001:db8::/32",        # documentation
    "2002::/16",            # 6to4: an IPv4 address inside
    "3fff::/20",            # documentation
    "5f00::/16",            # segment routing
)))  # fmt: skip
#: of IPv6 only this much is given out; loopback, mapped, NAT64, unique-local, link-local and multicast lie outside it
OPEN_IPV6: Final = ip_network("2000::/3")

_UNFIT = re.compile(r"[^\x21-\x7e\u0080-\U0010ffff]|\\")
_NUMBER = re.compile(r"0[xX][0-9a-fA-F]*\Z|[0-9]+\Z")


class TargetRefused(Exception):
    """No webhook is sent there."""


class Target(msgspec.Struct, frozen=True):
    """Where to send: a name as DNS knows it, or an address in its usual form."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def url(self) -> str:
        """The address in its one form."""
        usual = {"https": 443, "http": 80}[self.scheme] == self.port
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}{'' if usual else f':{self.port}'}{self.path}"


def parse(url: str, is_sandbox: bool) -> Target:
    """Return where a URL leads.

    >>> parse("https://Hooks.Example.com/cunguan?x=1", False).url
    'https://hooks.example.com/cunguan?x=1'
    >>> parse("https://0x7f.1/", True).url
    'https://127.0.0.1/'
    """
    if len(url) > URL_CHARACTERS_MAX:
        raise TargetRefused(f"the url is longer than {URL_CHARACTERS_MAX} characters")
    if _UNFIT.search(url):
        raise TargetRefused("the url has a space, a control character or a backslash in it: write it percent-encoded")
    parts, port = _split(url)
    if parts.scheme not in ("https", "http") or (parts.scheme == "http" and not is_sandbox):
        raise TargetRefused("the url must begin with https://")
    if "@" in parts.netloc:
        raise TargetRefused("the url has a user in it: a webhook is known by its signature")
    if parts.fragment or url.endswith("#"):
        raise TargetRefused("the url has a fragment (#…): it never leaves a browser")
    port = {"https": 443, "http": 80}[parts.scheme] if port is None else port
    if port == 0 or (port not in PORTS and not is_sandbox):
        raise TargetRefused(f"port {port} is not one of 443 and 8443")
    target = Target(parts.scheme, _host(parts.hostname or ""), port, _path(parts))
    literal = _literal(target.host)
    if literal is not None:
        check(literal, is_sandbox)
    return target


def _split(url: str) -> tuple[SplitResult, int | None]:
    try:
        parts = urlsplit(url)
        return parts, parts.port
    except ValueError as error:
        raise TargetRefused(f"the url cannot be read: {error}") from error


def _path(parts: SplitResult) -> str:
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if not path.isascii():
        raise TargetRefused("the path has other than ASCII characters: write them percent-encoded")
    return path


# ── hosts ────────────────────────────────────────────────────────────────────
def _host(host: str) -> str:
    """Return a host in its one form: addresses in whatever base they are written are read as a resolver would."""
    if ":" in host:
        return _ipv6(host)
    name = _name(host)
    if _NUMBER.match(name.rpartition(".")[2]):
        return str(_ipv4(name))
    if "." not in name and name != "localhost":
        raise TargetRefused(f"{host!r} is no name of the open internet")
    return name


def _ipv6(host: str) -> str:
    try:
        found = IPv6Address(host)
    except ValueError as error:
        raise TargetRefused(f"[{host}] is no address") from error
    if found.scope_id:
        raise TargetRefused(f"[{host}] names an interface of one machine")
    return str(found)


def _name(host: str) -> str:
    try:
        name = idna.encode(host, uts46=True, std3_rules=True).decode().removesuffix(".").lower()
    except (idna.IDNAError, UnicodeError) as error:
        raise TargetRefused(f"{host!r} is no name of a host") from error
    if not name or "%" in name:
        raise TargetRefused(f"{host!r} is no name of a host")
    return name


def _ipv4(name: str) -> IPv4Address:
    """Read an address of one to four numbers, decimal, octal or hexadecimal; the last fills what is left."""
    parts = name.split(".")
    if len(parts) > 4 or not all(map(_NUMBER.match, parts)):
        raise TargetRefused(f"{name} is neither a name nor an address")
    *heads, last = map(_number, parts)
    if any(head > 255 for head in heads) or last >= 256 ** (5 - len(parts)):
        raise TargetRefused(f"{name} is no address")
    return IPv4Address(sum(head << 8 * (3 - n) for n, head in enumerate(heads)) + last)


def _number(text: str) -> int:
    try:
        if text[:2].lower() == "0x":
            return int(text[2:] or "0", 16)
        return int(text, 8 if text[0] == "0" else 10)
    except ValueError as error:
        raise TargetRefused(f"{text} is no number of an address") from error


def _literal(host: str) -> Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None


# ── addresses ────────────────────────────────────────────────────────────────
def check(address: Address, is_sandbox: bool) -> None:
    """Refuse an address that is not of the open internet; in a sandbox loopback is allowed."""
    if not (is_open(address) or (is_sandbox and address.is_loopback)):
        raise TargetRefused(f"{address} is not an address of the open internet")


def is_open(address: Address) -> bool:
    """Return whether an address is given out on the open internet; one that wraps an IPv4 address never is."""
    if isinstance(address, IPv6Address) and address not in OPEN_IPV6:
        return False
    return address.is_global and not any(address in network for network in CLOSED)


async def addresses(host: str, port: int, is_sandbox: bool) -> list[Address]:
    """Return the addresses of a host, in the resolver's order; one that is not allowed refuses them all."""
    literal = _literal(host)
    found = [literal] if literal is not None else await _resolved(host, port)
    for address in found:
        check(address, is_sandbox)
    return found


def lookup(host: str, port: int) -> list[Any]:
    """Ask the resolver."""
    return list(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))


async def _resolved(host: str, port: int) -> list[Address]:
    try:
        async with asyncio.timeout(RESOLVE_SECONDS):
            answers = await asyncio.get_running_loop().run_in_executor(_RESOLVING, lookup, host, port)
    except (OSError, TimeoutError, UnicodeError) as error:
        raise TargetRefused(f"{host} does not resolve") from error
    return list(dict.fromkeys(ip_address(str(answer[4][0]).partition("%")[0]) for answer in answers))
