"""Return addresses: where a client's page may lead back to."""

import pytest

from cunguan.doors.api.problem import Problem
from cunguan.doors.api.return_url import checked_return_url


@pytest.mark.parametrize(
    ("url", "sandbox", "outside"),
    [
        ("", True, True),
        ("https://platform.example/back?x=1#y", True, True),
        ("https://xn--bcher-kva.example:8443/", True, True),
        ("https://[2001:db8::1]/", True, True),
        ("http://127.0.0.1:8000/", True, False),
        ("http://platform.example/", False, False),
        ("https://platform.example;script-src/", False, False),
        ("https://platform.example,default-src/", False, False),
        ("https://plat'form/", False, False),
        ("https://user@platform.example/", False, False),
        ("https://good.example\\@evil.example/", False, False),
        ("https:///x", False, False),
        ("https://platform.example:99999/", False, False),
        ("//platform.example/", False, False),
        ("javascript:alert(1)", False, False),
        ("data:text/html,x", False, False),
        ("https://platform.example/\nx", False, False),
        ("https://platform.example/" + "x" * 2_000, False, False),
    ],
)
def test_it_is_an_address_of_the_open_web_by_https(url: str, sandbox: bool, outside: bool) -> None:
    assert (is_taken(url, True), is_taken(url, False)) == (sandbox, outside)


def is_taken(url: str, is_sandbox: bool) -> bool:
    try:
        return checked_return_url(url, is_sandbox) == url
    except Problem as problem:
        assert (problem.status, problem.details.field) == (422, "return_url")
        return False
