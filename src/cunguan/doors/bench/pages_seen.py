"""Pages seen (页面清点): which pages there are on the bench's ground, who reads each, and how many queries it takes.

When    `cunguan bench pages` runs it as a process of its own, with Django's surroundings; it prints one JSON object
Does    makes a user of each kind with a session; opens every GET page once in this process and counts the statements that psycopg
        sends, the door's beside Django's
Shape   {"readers": {kind: cookie}, "pages": [Seen], "left_out": [[name, why]]}
"""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

import msgspec
import psycopg

from cunguan.doors.bench.pages_fill import BORROWER, LENDER, LISTING, REFERENCE


class Seen(msgspec.Struct, frozen=True):
    """One page: its address, by whom it is read ("" by anybody), how many queries it took."""

    name: str
    address: str
    reader: str
    queries: int


#: what fills the addresses of objects; {base} and {seq} are of the client H1, {lender} and {claim} of a lender, {borrower} of the borrower
SAMPLES: Final[dict[str, dict[str, Any]]] = {
    "platform:client": {"id": "H1"}, "platform:client_details": {"id": "H1"}, "platform:listing": {"id": LISTING},
    "platform:instruction": {"seq": "{seq}"}, "client:account": {"lane": 1, "base": "{base}"},
    "client:documents": {"lane": 1, "base": "{base}"}, "client:statement": {"lane": 1, "base": "{base}"},
    "client:e_receipt": {"lane": 1, "base": "{base}", "seq": "{seq}"}, "client:open_at": {"lane": 1, "pool": "main"},
    "client:claim": {"lane": 1, "base": "{lender}", "name": "{claim}"},
    "client:loan": {"lane": 1, "base": "{borrower}", "name": LISTING},
    "client:movement": {"lane": 1, "base": "{base}", "seq": "{seq}"}, "custodian:balances": {"lane": 1},
    "custodian:accounts": {"lane": 1, "pool": "main", "code": "2010"}, "custodian:account": {"lane": 1, "account": "{base}"},
    "custodian:holder": {"lane": 1, "holder": "H1"}, "custodian:journal": {"lane": 1, "seq": "{seq}"},
    "custodian:instruction": {"lane": 1, "name": "disburse:X0"}, "custodian:listing": {"lane": 1, "listing": LISTING},
    "custodian:person": {"person": REFERENCE}, "custodian:parties_file": {"person": REFERENCE},
    "custodian:platforms_file": {"lane": 1},
}  # fmt: skip
#: pages of a client that another than H1 reads
LENDERS: Final = frozenset({"client:claim", "client:holdings", "client:mandates"})
BORROWERS: Final = frozenset({"client:loan"})
#: who stands for each reader
REFERENCES: Final = {"client": REFERENCE, "lender": f"person:{LENDER}", "borrower": f"person:{BORROWER}"}
ROLES: Final = {
    "staff": ("viewer", "maker", "checker", "reconciler", "reviewer", "role_admin", "key_admin"),
    "platform": ("viewer", "operator", "admin"),
}


def main() -> int:
    """Look at all pages."""
    import django

    django.setup()
    from django.conf import settings

    from cunguan.doors.portals.shell.house import Places, leave, open_at

    home = Path(os.environ["CUNGUAN_HOME"])
    open_at(
        Places(
            os.environ["CUNGUAN_DOOR_URL"],
            (home / "plane.sock",),
            os.environ["CUNGUAN_ADDRESS"],
            settings.ADDRESS,
            home,
            True,
        )
    )
    try:
        print(json.dumps(_seen(sys.argv[1])))
    finally:
        leave()
    return 0


def _seen(only: str) -> dict[str, Any]:
    """Open the pages whose names begin so."""
    readers = {kind: _client(kind) for kind in ("", "client", "lender", "borrower", "staff", "platform")}
    pages, left_out = [], []
    for name, view in sorted(_addresses(only), key=lambda one: one[0]):
        found = _filled(name)
        if not found:
            left_out.append((name, "nothing on this ground fills its address"))
        for label, address in found:
            reader = _reader(name, view)
            status, queries = _opened(readers[reader], address)
            if status == 200:
                pages.append(Seen(label, address, reader, queries))
            else:
                left_out.append((label, f"it answers {status} here"))
    cookies = {kind: client.cookies["__Host-session"].value for kind, client in readers.items() if kind}
    return {"readers": cookies, "pages": msgspec.to_builtins(pages), "left_out": left_out}


def _addresses(only: str) -> Iterator[tuple[str, Any]]:
    from django.urls import get_resolver

    def walk(patterns: Any, namespace: str) -> Iterator[tuple[str, Any]]:
        for one in patterns:
            if hasattr(one, "url_patterns"):
                yield from walk(one.url_patterns, f"{one.namespace}:" if one.namespace else namespace)
            elif one.name:
                yield f"{namespace}{one.name}", one.callback

    return (one for one in walk(get_resolver().url_patterns, "") if one[0].startswith(only))


def _reader(name: str, view: Any) -> str:
    if name in LENDERS or name in BORROWERS:
        return "lender" if name in LENDERS else "borrower"
    kinds = getattr(view, "open_to", None)
    return next((kind for kind in ("client", "platform", "staff") if kinds and kind in kinds.kinds), "")


def _filled(name: str) -> list[tuple[str, str]]:
    """Return the addresses of a view with what each is called; none where nothing here fills it."""
    from django.urls import NoReverseMatch, reverse

    many = _many(name)
    if many is not None:
        key, values = many
        return [(f"{name} {value}", str(reverse(name, kwargs={key: value}))) for value in values]
    given = {key: _value(value) for key, value in SAMPLES.get(name, {}).items()}
    try:
        return [(name, str(reverse(name, kwargs=given)))]
    except NoReverseMatch:
        return []


def _many(name: str) -> tuple[str, list[str]] | None:
    """Return by what a view that is many pages tells them apart, and which there are."""
    from cunguan.desks.approvals.kinds import kinds
    from cunguan.doors.portals.custodian.tables import tables

    if name == "custodian:list":
        return "name", sorted(tables())
    return ("kind", sorted(kinds())) if name == "custodian:approvals_new" else None


def _value(said: Any) -> Any:
    return _here()[said.strip("{}")] if isinstance(said, str) and said.startswith("{") else said


@cache
def _here() -> dict[str, Any]:
    from django.db import connection, transaction

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('cunguan.lanes', '*', true)")
        cursor.execute("SELECT base FROM holder_account WHERE lane = 1 AND id = 'H1'")
        (base,) = cursor.fetchone()
        cursor.execute("SELECT max(seq) FROM posting WHERE lane = 1 AND credit_account = %s", (base,))
        (seq,) = cursor.fetchone()
        cursor.execute(
            "SELECT base FROM holder_account WHERE lane = 1 AND id IN (%s, %s) ORDER BY id = %s",
            (LENDER, BORROWER, BORROWER),
        )
        (lender,), (borrower,) = cursor.fetchall()
        cursor.execute("SELECT id FROM claim WHERE lane = 1 AND holder = %s", (LENDER,))
        (claim,) = cursor.fetchone()
    return {"base": base, "seq": seq, "lender": lender, "borrower": borrower, "claim": claim}


def _client(kind: str) -> Any:
    from django.test import Client

    from cunguan.desks.people.models import RoleGrant, User

    client = Client(headers={"host": "localhost"}, raise_request_exception=False)
    if not kind:
        return client
    of = "client" if kind in REFERENCES else kind
    user = User.objects.create_user(REFERENCES.get(kind, "bench"), of, lane=1 if kind == "platform" else None)
    for role in ROLES.get(kind, ()):
        RoleGrant.objects.create(user=user, role=role, maker="m1", checker="c1", since=datetime.now(UTC))
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def _opened(client: Any, address: str) -> tuple[int, int]:
    """Open a page twice: the first time may fill what is kept for later; return its status and the queries of the second."""
    client.get(address)
    with _counting() as counted:
        status = client.get(address).status_code
    return status, len(counted)


@contextmanager
def _counting() -> Iterator[list[str]]:
    """Count the statements that psycopg sends, of this process's threads too."""
    counted: list[str] = []
    plain, waiting = psycopg.Cursor.execute, psycopg.AsyncCursor.execute

    def execute(self: Any, query: Any, *args: Any, **more: Any) -> Any:
        counted.append(str(query))
        return plain(self, query, *args, **more)

    async def execute_later(self: Any, query: Any, *args: Any, **more: Any) -> Any:
        counted.append(str(query))
        return await waiting(self, query, *args, **more)

    psycopg.Cursor.execute, psycopg.AsyncCursor.execute = execute, execute_later  # type: ignore[method-assign]
    try:
        yield counted
    finally:
        psycopg.Cursor.execute, psycopg.AsyncCursor.execute = plain, waiting  # type: ignore[method-assign]


if __name__ == "__main__":
    sys.exit(main())
