"""Payees' details over real HTTP: brought once, never told again; the client sees on his page whom he is about to confirm."""

import uuid

import httpx
import pytest

from tests.doors.api.harness import LENDERS, Door, Stack

LI = {"name": "李雷", "account": "6222 0210 0101 0001", "bank": "102100099996"}


def test_are_kept_behind_a_hash_that_is_the_same_for_the_same(stack: Stack, door: Door, other: Door) -> None:
    told = door.post("/v1/payee-details", LI).json()
    assert told["account"] == "****0001"
    same = other.post("/v1/payee-details", {**LI, "name": "李 雷", "account": "6222021001010001"})
    assert same.json()["payee_hash"] == told["payee_hash"], "whoever brings him"
    assert door.post("/v1/payee-details", {**LI, "bank": ""}).json()["payee_hash"] != told["payee_hash"]
    stored = stack.query("SELECT payee_detail::text FROM payee_detail WHERE payee_hash = %s", told["payee_hash"])
    assert len(stored) == 1 and "622202100101" not in stored[0][0] and "李" not in stored[0][0]


def test_are_shown_to_the_client_before_he_confirms(door: Door) -> None:
    hash = door.post("/v1/payee-details", LI).json()["payee_hash"]
    name = f"bind-{uuid.uuid4().hex[:8]}"
    body = {"holder": LENDERS[0], "card": f"card:{name}", "payee_hash": hash}
    page = door.post("/v1/authorisations", {"id": name, "kind": "card_binding", "body": body}).json()["page"]
    shown = httpx.get(page, headers={"Accept-Language": "zh-CN"}).text
    assert "收款人" in shown and "李雷, ****0001" in shown and "62220210" not in shown.replace(" ", "")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"name": "", "account": "1"}, 422), ({"name": "Li", "account": "--"}, 422), ({"name": "Li"}, 422),
        ({"name": "L" * 71, "account": "1"}, 422), ({"name": "Li\n", "account": "1"}, 422), ({**LI, "holder": "L1"}, 422),
    ],
)  # fmt: skip
def test_are_refused_when_no_bank_could_pay_them(door: Door, body: dict[str, str], status: int) -> None:
    assert door.post("/v1/payee-details", body).status_code == status
