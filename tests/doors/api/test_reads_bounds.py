"""Bounds of reading: another platform's objects do not exist (S-27), cursors are exact and nobody's else, bad questions are told so."""

import base64
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx
import psycopg
import pytest

from cunguan.doors.api.app import endpoints
from cunguan.store import reading
from tests.conftest import fresh_database
from tests.doors.api.reading_case import Reads, reads
from tests.operations.driver import FRIDAY
from tests.prove.case import book

LANE, OTHER = 1, 2

#: what stands in a path after its collection -> an object that only the first platform has
THEIRS = {
    "accounts": "L1", "cards": "L1:card", "claims": "bid:L1:X", "deposits": "in:L1:7000000", "fee-consents": "B:fees",
    "fee-schedules": "fees:1", "holds": "bid:L1:X", "listings": "X", "mandates": "", "withdrawals": "W1",
}  # fmt: skip

#: headers that say nothing of the object: of time, of this one signature, of the caller's own rate
OF_THE_REQUEST = {"date", "request-id", "signature", "signature-input", "ratelimit", "ratelimit-policy"}


@pytest.fixture(scope="module")
def api(wheel_server_url: str) -> Iterator[Reads]:
    """The door in front of a database with the case in it."""
    for url in fresh_database(wheel_server_url):
        with reads(url, book()) as made:
            yield made


def told(response: httpx.Response) -> tuple[int, bytes, dict[str, str]]:
    """Return all that a caller learns from an answer."""
    headers = {name: value for name, value in response.headers.items() if name not in OF_THE_REQUEST}
    return response.status_code, response.content, headers


def paths_of_one() -> list[str]:
    """Paths whose one name is an object's; what has a second one (a month, a snapshot) is asked for in its own tests."""
    reads = [one.path for one in endpoints() if one.method == "GET" and one.scope == "read"]
    return [path for path in reads if "{id}" in path and path.count("{") == 1]


# ── S-27 ─────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("path", [path for path in paths_of_one() if path.split("/")[2] in THEIRS])
def test_another_platforms_object_is_told_as_one_that_was_never_there(api: Reads, path: str) -> None:
    theirs = THEIRS[path.split("/")[2]] or api.all(LANE, "/v1/mandates")[0]["id"]
    assert api.get(LANE, path.replace("{id}", theirs)).status_code == 200
    answer, absent = (told(api.get(OTHER, path.replace("{id}", name))) for name in (theirs, "never-there"))
    assert answer == absent and answer[0] == 404
    assert theirs not in answer[1].decode()


@pytest.mark.parametrize(("path", "query"), [
    ("/v1/accounts", {"person": "person:L1"}), ("/v1/holds", {"owner": "L1"}), ("/v1/holds", {"listing": "X"}),
    ("/v1/claims", {"listing": "X"}), ("/v1/claims", {"holder": "L1"}), ("/v1/deposits", {"holder": "L1"}),
    ("/v1/withdrawals", {"holder": "B"}), ("/v1/listings", {"borrower": "B"}), ("/v1/cards", {"holder": "L1"}),
    ("/v1/mandates", {"holder": "L2"}), ("/v1/sales", {"listing": "X"}),
])  # fmt: skip
def test_a_list_asked_for_another_platforms_object_is_empty(api: Reads, path: str, query: dict[str, str]) -> None:
    assert api.found(OTHER, path, **query) == {"items": [], "next": None}


def test_the_two_platforms_share_nothing_that_they_are_shown(api: Reads) -> None:
    for path in ("accounts", "holds", "listings", "deposits", "claims", "instructions"):
        ours, theirs = (api.all(lane, f"/v1/{path}", limit=500) for lane in (LANE, OTHER))
        assert ours and theirs is not None
        assert "L1" not in str(theirs) and "person:M'" not in str(ours)


# ── cursors ──────────────────────────────────────────────────────────────────
def test_a_changed_cursor_is_refused(api: Reads) -> None:
    cursor = api.found(LANE, "/v1/holds", limit=1)["next"]
    for n in range(len(cursor)):
        changed = cursor[:n] + ("A" if cursor[n] != "A" else "B") + cursor[n + 1 :]
        response = api.get(LANE, "/v1/holds", limit=1, after=changed)
        assert response.status_code == 422 and response.json()["field"] == "after", changed
    for changed in (cursor[:-1], cursor + "A", cursor + "=", "", "0", "é", base64.b64encode(b"x" * 40).decode()):
        assert api.get(LANE, "/v1/holds", limit=1, after=changed).status_code == 422, changed


def test_a_cursor_is_of_its_list_its_filters_and_its_platform(api: Reads) -> None:
    cursor = api.found(LANE, "/v1/holds", limit=1, listing="X")["next"]
    assert api.get(LANE, "/v1/holds", limit=7, listing="X", after=cursor).status_code == 200
    assert api.get(LANE, "/v1/holds", limit=1, after=cursor).status_code == 422
    assert api.get(LANE, "/v1/holds", limit=1, listing="Y", after=cursor).status_code == 422
    assert api.get(LANE, "/v1/claims", limit=1, listing="X", after=cursor).status_code == 422
    assert api.get(OTHER, "/v1/holds", limit=1, listing="X", after=cursor).status_code == 422


def test_rows_that_come_while_a_list_is_walked_neither_repeat_nor_hide_others(api: Reads) -> None:
    """One row comes before the place, one behind it, one at the end, after each page."""
    before = [card["id"] for card in api.all(LANE, "/v1/cards")]
    met, page = [], api.found(LANE, "/v1/cards", limit=1)
    with psycopg.connect(api.url, autocommit=True) as owner:
        for n in range(1000):
            met += [card["id"] for card in page["items"]]
            if n < 4:
                for name in (f"!{n}", f"{met[-1]}:{n}", f"~{n}"):
                    owner.execute(
                        "INSERT INTO card VALUES (1, %s, 'L1', 'p', '2024-03-01', '2024-03-01', 'active')", [name]
                    )
            if page["next"] is None:
                break
            page = api.found(LANE, "/v1/cards", limit=1, after=page["next"])
        owner.execute("DELETE FROM card WHERE payee_hash = 'p'")
    assert len(met) == len(set(met)), "nothing is met twice"
    assert set(before) <= set(met), "nothing that was there is missed"
    assert met == sorted(met)


def test_a_search_looks_at_few_rows_a_page_and_finds_all(api: Reads, monkeypatch: pytest.MonkeyPatch) -> None:
    everything = api.all(LANE, "/v1/holds", state="captured")
    refused = api.all(LANE, "/v1/instructions", state="refused")
    monkeypatch.setattr(reading, "SPAN", 3)
    page = api.found(LANE, "/v1/holds", state="captured", limit=2)
    assert len(page["items"]) < 3 and page["next"] is not None
    assert api.all(LANE, "/v1/holds", state="captured", limit=2) == everything != []
    assert api.all(LANE, "/v1/instructions", state="refused", limit=2) == refused != []
    empty = api.found(LANE, "/v1/holds", state="released", purpose="repayment", limit=1)
    assert empty["items"] == [] and empty["next"] is not None, "a page may be empty in the middle of a list"


def test_a_statement_ends_where_its_first_page_fixed_it(api: Reads) -> None:
    """A cursor carries the end: what is posted meanwhile is not in it, and until in a later request is another statement."""
    first = api.found(LANE, "/v1/accounts/L1/statement", limit=1)
    second = api.found(LANE, "/v1/accounts/L1/statement", limit=1, after=first["next"])
    assert second["until_seq"] == first["until_seq"] and second["closing_minor"] == first["closing_minor"]
    assert api.get(LANE, "/v1/accounts/L1/statement", limit=1, after=first["next"], until="5").status_code == 422


# ── bad questions ────────────────────────────────────────────────────────────
DAY_AFTER = (FRIDAY + timedelta(days=400)).isoformat()


@pytest.mark.parametrize(("path", "query", "says"), [
    ("/v1/holds", {"limit": 0}, "limit"), ("/v1/holds", {"limit": 501}, "limit"), ("/v1/holds", {"limit": "x"}, "limit"),
    ("/v1/holds", {"state": "ajar"}, "state"), ("/v1/holds", {"owner": "a b"}, "owner"), ("/v1/holds", {"owner": ""}, "owner"),
    ("/v1/holds", {"colour": "red"}, "colour"), ("/v1/instructions", {"code": "nonsense"}, "code"),
    ("/v1/accounts/L1/balances", {"as_of": "yesterday"}, "moment"),
    ("/v1/accounts/L1/balances", {"as_of": "2024-02-30"}, "calendar"),
    ("/v1/accounts/L1/balances", {"as_of": "2024-03-01T25:00:00Z"}, "moment"),
    ("/v1/accounts/L1/balances", {"as_of": "2024-03-01T10:00:00"}, "zone"),
    ("/v1/accounts/L1/balances", {"as_of": DAY_AFTER}, "still to come"),
    ("/v1/accounts/L1/balances", {"as_of": "9999999"}, "still to come"),
    ("/v1/accounts/L1/balances", {"as_of": "9998-01-01T00:00:00Z"}, "still to come"),
    ("/v1/accounts/L1/statement", {"from": "20", "until": "10"}, "exchange"),
    ("/v1/accounts/L1/statement", {"account": "petty cash"}, "account"),
    ("/v1/instructions", {"until": DAY_AFTER}, "still to come"),
])  # fmt: skip
def test_a_bad_question_is_told_what_is_wrong_with_it(api: Reads, path: str, query: dict[str, Any], says: str) -> None:
    response = api.get(LANE, path, **query)
    assert response.status_code == 422, response.text
    assert response.headers["content-type"] == "application/problem+json"
    assert says in str(response.json()), response.json()


@pytest.mark.parametrize("name", ["%00", "a%20b", "%E2%82%AC", "x" * 300, "..%2F..", "%27%20OR%201=1--"])
def test_what_cannot_be_an_id_is_not_there(api: Reads, name: str) -> None:
    assert api.get(LANE, f"/v1/accounts/{name}").status_code == 404
    assert api.get(LANE, f"/v1/accounts/{name}/balances").status_code == 404


def test_an_id_with_a_slash_is_found(api: Reads) -> None:
    with psycopg.connect(api.url, autocommit=True) as owner:
        owner.execute("INSERT INTO card VALUES (1, 'a/b/balances', 'L1', 'p', '2024-03-01', '2024-03-01', 'active')")
        found = api.get(LANE, "/v1/cards/a%2Fb%2Fbalances").status_code
        owner.execute("DELETE FROM card WHERE payee_hash = 'p'")
    assert found == 200
