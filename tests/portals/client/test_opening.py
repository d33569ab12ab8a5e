"""Opening and cards without a browser: the forms, what is refused, and that nothing of a newcomer is kept before he has signed."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

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
    checks = "SELECT check_kind FROM parties_check WHERE person = 'p-opening-0001' AND outcome = 'passed' ORDER BY 1"
    assert site.query(checks) == [("elements",), ("screening",)]
    assert "李雷" not in str(dict(newcomer.session)) and "client.sealed.opening" in newcomer.session
    assert site.query("SELECT 1 FROM holder_account WHERE person = 'p-opening-0001'") == []
    assert newcomer.get("/me/open/done/?signed=other").headers["location"] == "/me/open/"


def test_who_has_no_account_binds_no_card(newcomer: Any) -> None:
    assert newcomer.get("/me/cards/").status_code == 200
    assert newcomer.get("/me/cards/bind/").headers["location"] == "/me/open/"
    assert newcomer.post("/me/cards/unbind/", {"card": "x"}).status_code == 404


# ── a company ────────────────────────────────────────────────────────────────
COMPANY = "p-opening-company"
OWNER = {"what": "beneficial_owners", "name_1": "韩梅梅", "id_number_1": "11010519491231002X", "share_1": "80"}


@pytest.fixture(scope="module")
def company(site: Site) -> tuple[Any, str]:
    """A company that has signed its opening, and the address of its documents."""
    from msgspec.structs import replace

    from cunguan.doors.portals.shell.house import house
    from cunguan.kernel.codes import Code
    from tests.plane.harness import account, register

    registered = register("COMPANY")
    opened = account(1, "COMPANY", "lender")
    for lane, one in ((0, replace(registered, body=replace(registered.body, person=COMPANY, kind="company"))),
                      (1, replace(opened, body=replace(opened.body, person=COMPANY, kind="company")))):  # fmt: skip
        assert house().ask(lane, one).code is Code.done
    client = site.signed_in("client", COMPANY)
    base = site.query("SELECT base FROM holder_account WHERE lane = 1 AND id = 'COMPANY'")[0][0]
    from cunguan.doors.persons.shapes import Details
    from cunguan.doors.portals.client.known import keep_details

    keep_details(1, COMPANY, Details("公司", "uscc", "91350100M000100Y43", "13800001234"))
    return client, f"/me/accounts/1-{base}/documents/"


def test_a_company_names_its_owners_and_each_is_checked(site: Site, company: tuple[Any, str]) -> None:
    client, address = company
    for change, says in (
        ({"id_number_1": "110105194912310021"}, "The ID number is not right"), ({"share_1": "101"}, "less than or equal to 100"),
        ({"name_2": "李雷", "id_number_2": "11010519491231002X", "share_2": "30"}, "The shares are more than the whole"),
    ):  # fmt: skip
        answer = client.post(address, {**OWNER, **change}, headers=ENGLISH)
        assert answer.status_code == 422 and says in answer.content.decode(), change
    kept = "SELECT 1 FROM person_document WHERE person = %s AND kind = 'beneficial_owners'"
    assert site.query(kept, COMPANY) == []
    assert client.post(address, OWNER).status_code == 302
    assert site.query(kept, COMPANY) == [(1,)]
    assert "Beneficial owners" in client.get(address, headers=ENGLISH).content.decode()


def test_a_company_brings_papers_that_can_be_shown(site: Site, company: tuple[Any, str]) -> None:
    client, address = company
    program = {"what": "file", "kind": "business_licence", "file": SimpleUploadedFile("run.exe", b"MZ")}
    assert client.post(address, program).status_code == 422
    paper = {"what": "file", "kind": "business_licence", "file": SimpleUploadedFile("licence.pdf", b"%PDF-1.7")}
    assert client.post(address, paper).status_code == 302
    assert "Business licence" in client.get(address, headers=ENGLISH).content.decode()
    assert site.query("SELECT kind, media FROM person_document WHERE person = %s AND kind = 'business_licence'", COMPANY) == [
        ("business_licence", "application/pdf")
    ]  # fmt: skip


def test_who_comes_by_a_platforms_request_says_who_he_is_and_becomes_that_client(site: Site) -> None:
    body = {"id": "open-asked", "holder": "ASKED", "person": "person:ASKED", "role": "lender", "pool": "main"}
    asked = site.stack.door().post("/v1/openings", body)
    assert asked.status_code in (200, 201), asked.text
    token = asked.json()["page"].rpartition("/")[2]
    newcomer, owner = site.signed_in("client", "p-asked-0001"), site.signed_in("client", "person:L001")
    assert owner.get(f"/me/open/asked/{token}/").status_code == 404
    assert newcomer.get(f"/me/open/asked/{token}/").status_code == 200
    sent = {name: value for name, value in LI.items() if name != "role"}
    answer = newcomer.post(f"/me/open/asked/{token}/", sent)
    assert answer.status_code == 302 and answer.headers["location"].startswith("/sign/")
    newcomer.user.refresh_from_db()
    assert newcomer.user.reference == "person:ASKED"
    assert site.query("SELECT method FROM person WHERE lane = 0 AND id = 'person:ASKED'") == [("four_elements",)]


def test_a_document_is_what_its_first_bytes_say(site: Site, company: tuple[Any, str]) -> None:
    client, address = company

    def sent(name: str, content: bytes) -> Any:
        file = SimpleUploadedFile(name, content)
        return client.post(address, {"what": "file", "kind": "articles", "file": file}, headers=ENGLISH)

    refused = sent("articles.pdf", b"<script>")
    assert refused.status_code == 422 and "Choose a PDF, JPEG or PNG" in refused.content.decode()
    assert sent("articles", b"\xff\xd8\xff\xe0picture").status_code == 302
    assert site.query("SELECT media FROM person_document WHERE person = %s AND kind = 'articles'", COMPANY) == [
        ("image/jpeg",)
    ]
