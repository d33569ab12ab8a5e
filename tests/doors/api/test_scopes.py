"""Scopes: which operations anybody may see, and that every other refuses a key that has all scopes but its own."""

import re

import pytest

from cunguan.doors.api.app import endpoints
from cunguan.doors.api.platform_keys import SCOPES
from cunguan.store import roles
from tests.doors.api.harness import Stack

#: what needs no signature of API v1: pages, documents, and the dialect, which signs its forms
OPEN = {
    "GET /.well-known/cunguan-keys", "GET /authorise/{token}", "POST /authorise/{token}/confirm",
    "POST /authorise/{token}/decline", "GET /docs", "GET /docs/codes", "GET /openapi.json", "GET /healthz", "GET /readyz",
    "GET /metrics", "POST /gateway", "POST /service", "POST /download", "GET /lanmao/public-key", "GET /lanmao/{token}",
    "POST /lanmao/{token}/pay", "GET /verify", "GET /log/checkpoint",
    *(f"GET /log/tile/{{level}}/{index}" for index in ("{a}", "{a}/{b}", "{a}/{b}/{c}", "{a}/{b}/{c}/{d}")),
}  # fmt: skip


def test_what_anybody_may_see_is_listed_here_and_nothing_of_it_is_below_v1() -> None:
    assert {f"{one.method} {one.path}" for one in endpoints() if one.is_open} == OPEN
    assert not any(path.partition(" ")[2].startswith("/v1") for path in OPEN)


def test_what_exists_in_a_sandbox_alone_says_so_in_its_path() -> None:
    assert {one.path for one in endpoints() if one.sandbox} == {
        one.path for one in endpoints() if one.path.startswith("/v1/sandbox/")
    }


@pytest.mark.parametrize("scope", SCOPES)
def test_a_key_with_every_other_scope_is_refused(stack: Stack, scope: str) -> None:
    door = stack.door(scopes=[one for one in SCOPES if one != scope])
    ours = [one for one in endpoints() if one.scope == scope]
    assert ours
    for one in ours:
        found = door.send(one.method, re.sub(r"\{[^}]*\}", "x", one.path), None if one.method == "GET" else {"id": "x"})
        assert (found.status_code, found.json()["code"]) == (403, "scope_missing"), one.path
    door.http.close()


def test_the_doors_role_writes_the_doors_own_tables_and_no_other(stack: Stack) -> None:
    rights = stack.query(
        """
        SELECT c.relname, p.kind FROM pg_class c, unnest(ARRAY['INSERT', 'UPDATE', 'DELETE', 'TRUNCATE']) AS p (kind)
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND (has_table_privilege(%s, c.oid, p.kind)
          OR CASE WHEN p.kind IN ('INSERT', 'UPDATE') THEN has_any_column_privilege(%s, c.oid, p.kind) END)
        """,
        roles.DOOR,
        roles.DOOR,
    )
    assert {name for name, _ in rights} <= set(roles._DOORS)
    assert not {name for name, right in rights if right == "TRUNCATE"}
    assert not {name for name, _ in rights} & {
        "posting",
        "journal",
        "balance",
        "instruction",
        "authority",
        "holder_account",
    }
