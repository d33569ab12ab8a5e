"""Locks of the way in (登录密钥): the keys of keys/people.py, for the installation this process serves.

When    a login name or an address is looked up; allauth stores or reads the secret of codes
Shape   `whose(user)`: allauth's hooks are given a text alone; what they encrypt meanwhile is bound to this user
"""

import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Final

from cunguan.doors.portals.shell.house import house
from cunguan.keys.people import PeopleKeys, people_keys

LOGIN, ADDRESS, RECOVERY = "login", "address", "recovery"
_whose: Final[ContextVar[str]] = ContextVar("whose")


def keys() -> PeopleKeys:
    """Return the keys."""
    return people_keys(house().context.keys)


def index(what: str, value: str) -> str:
    """Return what stands for a value."""
    return keys().index(what, value)


def login(name: str) -> str:
    """Return what stands for a login name."""
    return index(LOGIN, normal(name))


def normal(name: str) -> str:
    """Return a login name as it is compared.

    >>> normal(" Ｗang.Fang "), normal("WANG.fang")
    ('wang.fang', 'wang.fang')
    """
    return unicodedata.normalize("NFKC", "".join(unicodedata.normalize("NFKC", name).split())).casefold()


@contextmanager
def whose(user: Any) -> Iterator[None]:
    """Say whose secrets are stored and read now."""
    token = _whose.set(str(user.pk))
    try:
        yield
    finally:
        _whose.reset(token)


def encrypt(text: str) -> str:
    """Return a secret as it is stored."""
    return keys().encrypt(text, _whose.get())


def decrypt(stored: str) -> str:
    """Return a secret that was stored."""
    return keys().decrypt(stored, _whose.get())
