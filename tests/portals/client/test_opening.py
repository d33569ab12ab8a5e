"""Opening and cards without a browser: the forms, what is refused, and that nothing of a newcomer is kept before he has signed."""

from typing import Any

import pytest

from tests.portals.harness import Site

ENGLISH = {"accept-language": "en"}
LI = {
    "role": "lender", "name": "李雷", "id_type": "resident_id", "id_number": "11010519491231002X", "card": "6222021001010001003",
    "bank": "102100099996", "mobile": "13800001234", "agrees_data": "on", "agrees_risks": "on",
}  # fmt: skip


@pytest.fixture(scope="module")
def newcomer(site: Site) -> Any:
    return site.signed_in("client", "p-opening-0001")


def test_a_newcomer_chooses_a_platform(newcomer: Any) -> None:
    text = newcomer.get("/me/open/", headers=ENGLISH).content.decode()
    assert "P1" in text and "/me/open/1/main/" in text and "/me/open/2/main/?kind=company" in text
    assert newcomer.get("/me/open/9/main/").status_code == 404


def test_risks_and_fees_stand_before_the_form(newcomer: Any) -> None:
    text = newcomer.get("/me/open/1/main/", headers=ENGLISH).content.decode()
    assert (
        text.index('id="risks"')
        < text.index('id="fees"')
        < text.index('name="id_number"')
        < text.index('name="agrees_risks"')
    )


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"id_number": "110105194912310021"}, "The ID number is not right"),
        ({"mobile": "13800000000"}, "do not belong to one person"),
        ({"mobile": "13800009999"}, "not known yet"),
        ({"card": "6222021001010001000"}, "The card number is not right"),
        ({"agrees_data": ""}, "This field is required"),
        ({"agrees_risks": ""}, "This field is required"),
    ],
)  # fmt: skip
def test_a_form_that_is_not_right_says_what_to_do(newcomer: Any, change: dict[str, str], says: str) -> None:
    answer = newcomer.post("/me/open/1/main/", {**LI, **change}, headers=ENGLISH)
    assert answer.status_code == 422 and says in answer.content.decode()


def test_a_good_form_leads_to_the_signature_and_nothing_personal_is_in_the_session(site: Site, newcomer: Any) -> None:
    answer = newcomer.post("/me/open/1/main/", LI)
    assert answer.status_code == 302 and answer.headers["location"].startswith("/sign/")
    assert site.query("SELECT method, source FROM person WHERE lane = 0 AND id = 'p-opening-0001'") == [
        ("four_elements", "sandbox")
    ]
    assert "李雷" not in str(dict(newcomer.session)) and "client.sealed.opening" in newcomer.session
    assert site.query("SELECT 1 FROM holder_account WHERE person = 'p-opening-0001'") == []
    assert newcomer.get("/me/open/done/?signed=other").headers["location"] == "/me/open/"


def test_who_has_no_account_binds_no_card(newcomer: Any) -> None:
    assert newcomer.get("/me/cards/").status_code == 200
    assert newcomer.get("/me/cards/bind/").headers["location"] == "/me/open/"
    assert newcomer.post("/me/cards/unbind/", {"card": "x"}).status_code == 404
