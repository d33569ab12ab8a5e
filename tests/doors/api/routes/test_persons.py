"""Persons over real HTTP: brought, shown masked, found by a whole value, in clear for one scope alone and written down."""

import json
from typing import Any

import psycopg
import pytest

from cunguan.client import Client
from cunguan.client.credentials import Credentials
from tests.doors.api.harness import LENDERS, Door, Stack

WHO, OTHER_WHO = f"person:{LENDERS[1]}", f"person:{LENDERS[2]}"
LI = {"name": "李雷", "id_type": "id_card", "id_number": "11010519491231002X", "phone": "138 0000 9876",
      "address": "北京市东城区", "devices": ["dev-1"], "cards": ["6222021001010001"]}  # fmt: skip
PATH = f"/v1/persons/{WHO}"
JPEG = b"\xff\xd8 marked document"


def send_document(door: Door, path: str, content: bytes, media: str = "image/jpeg") -> Any:
    made = door.request("PUT", path, content, "doc-1")
    made.headers["Content-Type"] = media
    return door.sent(made)


def test_a_client_is_shown_masked_and_in_clear_to_one_scope_which_is_written_down(stack: Stack, door: Door) -> None:
    told = door.put(PATH, LI)
    assert told.status_code == 200 and told.json()["jurisdiction"] == ""
    shown = door.get(PATH).json()["details"]
    assert shown == {"name": "李*", "id_type": "id_card", "id_number": "110***********002X", "phone": "138****9876",
                     "address": "*", "devices": ["*"], "cards": ["**** 0001"]}  # fmt: skip
    looks = "SELECT by_whom, what FROM person_access WHERE lane = 1 AND person = %s"
    assert stack.query(looks, WHO) == []
    assert door.get(f"{PATH}/clear").json()["details"] == LI
    assert stack.query(looks, WHO) == [(f"P1 {door.signer.key_id}", "details")]
    masked = stack.door(scopes=("persons",))
    assert (masked.get(PATH).status_code, masked.get(f"{PATH}/clear").json()["code"]) == (200, "scope_missing")
    masked.http.close()


def test_another_platforms_client_does_not_exist_even_where_he_is_the_same(door: Door, other: Door) -> None:
    door.put(PATH, LI)
    assert {other.get(one).status_code for one in (PATH, f"{PATH}/clear", f"{PATH}/documents")} == {404}
    assert other.post("/v1/persons/search", {"column": "phone", "value": "13800009876"}).json()["items"] == []
    assert door.put("/v1/persons/nobody", LI).json()["code"] == "not_found"


def test_a_client_is_found_by_a_whole_value(door: Door) -> None:
    door.put(PATH, LI)
    for column, value in (
        ("phone", "+86 13800009876"),
        ("id_number", "11010519491231002x"),
        ("card_number", "6222 0210 0101 0001"),
    ):
        asked = {"column": column, "value": value}
        assert door.post("/v1/persons/search", asked).json() == {"items": [{"person": WHO}], "next": None}
    assert door.post("/v1/persons/search", {"column": "phone", "value": "1380000987"}).json()["items"] == []


def test_documents_come_back_as_they_came(stack: Stack, door: Door) -> None:
    door.put(PATH, LI)
    place = f"{PATH}/documents/front"
    made = send_document(door, place + "?kind=id_card", JPEG)
    assert (made.status_code, made.json()["kind"], made.json()["bytes"]) == (200, "id_card", len(JPEG))
    assert send_document(door, place + "?kind=id_card", JPEG).json() == made.json()
    assert send_document(door, place, JPEG + b"x").json()["code"] == "exists_with_different_body"
    assert send_document(door, place, JPEG, "what").json()["code"] == "media_type_unsupported"
    assert [one["id"] for one in door.get(f"{PATH}/documents").json()["items"]] == ["front"]
    back = door.get(place)
    assert (back.content, back.headers["content-type"]) == (JPEG, "image/jpeg")
    assert ("document front",) in stack.query("SELECT what FROM person_access WHERE person = %s", WHO)
    assert door.get(f"{PATH}/documents/other").status_code == 404


@pytest.mark.parametrize("body", [
    {}, {"name": "x" * 141}, {"name": "a\u0007b"}, {**LI, "nick": "x"}, {**LI, "cards": ["1"] * 21}, {**LI, "jurisdiction": "XX"},
])  # fmt: skip
def test_what_cannot_be_kept_is_refused_and_not_repeated(door: Door, body: dict[str, Any]) -> None:
    told = door.put(PATH, body)
    assert told.status_code == 422 and "李雷" not in told.text and "xxx" not in told.text


def test_a_changed_row_is_told_without_a_word_of_it(stack: Stack, door: Door) -> None:
    path = f"/v1/persons/{OTHER_WHO}"
    door.put(path, {"name": "李雷", "address": "北京市东城区"})
    with psycopg.connect(stack.url) as owner:
        owner.execute("UPDATE person_detail SET name = address WHERE lane = 1 AND person = %s", (OTHER_WHO,))
    told = door.get(path)
    assert (told.status_code, told.json()["code"], told.json()["retry"]) == (503, "personal_data_unreadable", False)
    assert "李" not in told.text and "北京" not in told.text


def test_a_payee_brought_as_a_clients_lies_under_his_key(stack: Stack, door: Door) -> None:
    body = {"name": "李雷", "account": "6222 0210 0101 7777", "person": WHO}
    door.put(PATH, LI)
    hash = door.post("/v1/payee-details", body).json()["payee_hash"]
    assert stack.query("SELECT lane, person FROM person_payee WHERE payee_hash = %s", hash) == [(1, WHO)]
    assert stack.query("SELECT 1 FROM payee_detail WHERE payee_hash = %s", hash) == []
    asked = {
        "id": f"bind-{hash[:8]}",
        "kind": "card_binding",
        "body": {"holder": LENDERS[1], "card": f"c-{hash[:8]}", "payee_hash": hash},
    }
    lines = door.post("/v1/authorisations", asked).json()["lines"]
    assert "李雷, ****7777" in json.dumps(lines, ensure_ascii=False)
    assert door.post("/v1/payee-details", {**body, "person": "nobody"}).json()["code"] == "not_found"


def test_the_library_has_a_word_for_each(stack: Stack, door: Door) -> None:
    key = {stack.custodian.id: stack.custodian.public_key}
    with Client(Credentials(stack.address, "P1", door.signer, key)) as client:
        assert client.put_person(WHO, **LI).details.name == "李*"
        assert client.person(WHO, clear=True).details.phone == LI["phone"] and client.person(WHO).details.address == "*"
        assert client.find_persons("card_number", "6222021001010001") == [WHO]
        assert client.put_document(WHO, "back", JPEG, media="image/jpeg").bytes == len(JPEG)
        assert client.document(WHO, "back") == JPEG
