"""Targets: what a webhook may be sent to, however it is written, and what a name turns out to be."""

import asyncio
import socket
from ipaddress import ip_address
from typing import Any

import pytest

from cunguan.doors.webhooks import targets
from cunguan.doors.webhooks.targets import TargetRefused, addresses, is_open, parse

# url, its one form outside a sandbox (None: refused), and in a sandbox
URLS = [
    ("https://hooks.example.com/cunguan",        "https://hooks.example.com/cunguan",  "same"),
    ("https://HOOKS.Example.COM./a?b=c",         "https://hooks.example.com/a?b=c",    "same"),
    ("https://hooks.example.com:8443/",          "https://hooks.example.com:8443/",    "same"),
    ("https://hooks.example.com:443",            "https://hooks.example.com/",         "same"),
    ("https://bücher.example/",                  "https://xn--bcher-kva.example/",     "same"),
    ("https://8.8.8.8/",                         "https://8.8.8.8/",                   "same"),
    ("https://134744072/",                       "https://8.8.8.8/",                   "same"),
    ("https://[2001:4860:4860::8888]/",          "https://[2001:4860:4860::8888]/",    "same"),
    ("http://hooks.example.com/",                None, "http://hooks.example.com/"),
    ("https://hooks.example.com:9000/",          None, "https://hooks.example.com:9000/"),
    ("http://127.0.0.1:8080/x",                  None, "http://127.0.0.1:8080/x"),
    ("https://127.1/",                           None, "https://127.0.0.1/"),
    ("https://2130706433/",                      None, "https://127.0.0.1/"),
    ("https://0x7f000001/",                      None, "https://127.0.0.1/"),
    ("https://0177.0.0.1/",                      None, "https://127.0.0.1/"),
    ("https://0x7f.0.0x1/",                      None, "https://127.0.0.1/"),
    ("https://①②⑦.⓪.⓪.①/",                       None, "https://127.0.0.1/"),
    ("https://127。0。0。1/",                     None, "https://127.0.0.1/"),
    ("https://[::1]/",                           None, "https://[::1]/"),
    ("https://[::ffff:127.0.0.1]/",              None, None),
    ("https://[::ffff:a9fe:a9fe]/",              None, None),
    ("https://[64:ff9b::a9fe:a9fe]/",            None, None),
    ("https://[2002:7f00:1::]/",                 None, None),
    ("https://[fe80::1%25eth0]/",                None, None),
    ("https://169.254.169.254/latest/meta-data", None, None),
    ("https://2852039166/",                      None, None),
    ("https://10.0.0.1/",                        None, None),
    ("https://0xa000001/",                       None, None),
    ("https://0.0.0.0/",                         None, None),
    ("https://1.2.3.4.5/",                       None, None),
    ("https://256.1.1.1/",                       None, None),
    ("https://4294967296/",                      None, None),
    ("https://08.1.1.1/",                        None, None),
    ("https://intranet/",                        None, None),
    ("https://user@hooks.example.com/",          None, None),
    ("https://user:word@hooks.example.com/",     None, None),
    ("https://hooks.example.com@127.0.0.1/",     None, None),
    ("https://127.0.0.1\\@hooks.example.com/",   None, None),
    ("https://hooks.example.com/#x",             None, None),
    ("https://hooks.example.com/#",              None, None),
    ("https://hooks.exam ple.com/",              None, None),
    ("https://hooks.example.com/\r\nx: y",       None, None),
    (" https://hooks.example.com/",              None, None),
    ("https://%31%32%37.0.0.1/",                 None, None),
    ("https://hooks.example.com:0/",             None, None),
    ("https://hooks.example.com:99999/",         None, None),
    ("https://hooks.example.com:x/",             None, None),
    ("https://[::1/",                            None, None),
    ("https:///path",                            None, None),
    ("https://",                                 None, None),
    ("",                                         None, None),
    ("file:///etc/passwd",                       None, None),
    ("gopher://hooks.example.com/",              None, None),
    ("ftp://hooks.example.com/",                 None, None),
    ("//hooks.example.com/",                     None, None),
    ("https://hooks.example.com/ü",              None, None),
    ("https://hooks.example.com/" + "x" * 2_030, None, None),
]  # fmt: skip


def form(url: str, is_sandbox: bool) -> str | None:
    try:
        return parse(url, is_sandbox).url
    except TargetRefused:
        return None


@pytest.mark.parametrize(("url", "outside", "inside"), URLS)
def test_has_one_form_or_is_refused(url: str, outside: str | None, inside: str | None) -> None:
    assert form(url, False) == outside
    assert form(url, True) == (outside if inside == "same" else inside)


@pytest.mark.parametrize("url", [found for _, _, found in URLS if found and found != "same"])
def test_its_one_form_stays_as_it_is(url: str) -> None:
    assert form(url, True) == url


CLOSED = (
    "0.0.0.0 0.1.2.3 10.0.0.1 10.255.255.255 100.64.0.1 100.127.255.255 100.100.100.200 127.0.0.1 127.255.255.254 168.63.129.16 "
    "169.254.169.254 172.16.0.1 172.31.255.255 192.0.0.192 192.0.2.1 192.88.99.1 192.168.0.1 198.18.0.1 198.19.255.255 "
    "198.51.100.1 203.0.113.1 224.0.0.1 224.0.1.1 239.255.255.255 240.0.0.1 255.255.255.255 :: ::1 ::ffff:8.8.8.8 "
    "::ffff:127.0.0.1 ::127.0.0.1 64:ff9b::8.8.8.8 64:ff9b:1::1 100::1 2001::1 2001:db8::1 2002:808:808::1 3fff::1 5f00::1 "
    "fc00::1 fd00:ec2::254 fe80::1 fec0::1 ff02::1 ff0e::1"
)
OPEN = "1.1.1.1 8.8.8.8 100.63.255.255 100.128.0.1 172.15.255.255 172.32.0.1 192.169.0.1 223.255.255.255 2001:4860:4860::8888 2a00::1"


@pytest.mark.parametrize("address", CLOSED.split())
def test_an_address_that_is_not_of_the_open_internet_is_closed(address: str) -> None:
    assert not is_open(ip_address(address))


@pytest.mark.parametrize("address", OPEN.split())
def test_the_open_internet_is_open(address: str) -> None:
    assert is_open(ip_address(address))


def resolving(monkeypatch: pytest.MonkeyPatch, *found: str) -> None:
    def lookup(host: str, port: int) -> list[Any]:
        if not found:
            raise socket.gaierror("no such name")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in found]

    monkeypatch.setattr(targets, "lookup", lookup)


@pytest.mark.parametrize(
    ("found", "outside", "inside"),
    [
        (["8.8.8.8"], True, True),
        (["8.8.8.8", "1.1.1.1"], True, True),
        (["8.8.8.8", "10.0.0.1"], False, False),  # one that is not allowed refuses them all
        (["127.0.0.1"], False, True),
        (["::1"], False, True),
        (["169.254.169.254"], False, False),
        (["fe80::1%eth0"], False, False),
        ([], False, False),
    ],
)
def test_a_name_is_what_it_resolves_to(
    monkeypatch: pytest.MonkeyPatch, found: list[str], outside: bool, inside: bool
) -> None:
    resolving(monkeypatch, *found)
    for is_sandbox, is_allowed in ((False, outside), (True, inside)):
        try:
            told = asyncio.run(addresses("hooks.example.com", 443, is_sandbox))
        except TargetRefused:
            told = []
        assert [str(one) for one in told] == (found if is_allowed else [])
