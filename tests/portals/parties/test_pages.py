"""Pages of parties: masked for all, in clear with a reason that is kept, and decided by two people elsewhere."""

import uuid
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.portals.harness import Site
from tests.portals.test_queries import check

ID_NUMBER = "11010519491231002X"
DETAILS = {"name": "张三丰", "id_type": "resident_id", "id_number": ID_NUMBER, "mobile": "13800001234"}


def staff(site: Site, *roles: str) -> Any:
    return site.signed_in("staff", f"s-{uuid.uuid4().hex[:8]}", roles=roles or ("reviewer",))


def began(client: Any, kind: str = "staff") -> str:
    person = f"{kind}-{uuid.uuid4().hex[:8]}"
    assert client.post("/custodian/parties/begin/", {"person": person, "kind": kind}).status_code == 302
    return person


def at(person: str, act: str = "") -> str:
    return f"/custodian/parties/of/{person}/{act}"


def test_clients_of_the_books_are_listed_and_exported(site: Site) -> None:
    client = staff(site, "viewer")
    shown = client.get("/custodian/parties/?begins=person:L000")
    assert "of/person:L000/" in shown.content.decode()
    assert "of/person:L001/" not in shown.content.decode()
    assert "person:L000" in client.get("/custodian/parties/?begins=person:L000&export=csv").content.decode()
    assert client.get("/custodian/parties/?state=nonsense").status_code == 404
    assert client.get("/custodian/parties/?begins=%25").content.decode().count("of/person:") == 0, (
        "a sign is no wildcard"
    )


def test_details_are_kept_encrypted_shown_masked_and_checked(site: Site) -> None:
    client = staff(site)
    person = began(client)
    assert client.post(at(person, "details/"), DETAILS).status_code == 302
    shown = client.get(at(person)).content.decode()
    assert "张**" in shown and ID_NUMBER not in shown and "13800001234" not in shown
    state, by = site.query("SELECT state, check_by FROM parties_party WHERE person = %s", person)[0]
    assert (state, by is not None) == ("verified", True)
    for table in ("parties_party", "parties_check", "person_detail", "parties_consent"):
        rows = str(site.query(f"SELECT t::text FROM {table} t WHERE person = %s", person))
        assert "三丰" not in rows and ID_NUMBER not in rows and "13800001234" not in rows, table


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"id_number": "110105194912310021"}, "check digit"),
        ({"name": ""},                        "required"),
        ({"id_type": "library_card"},         "library_card"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_not_kept(site: Site, changed: dict[str, str], says: str) -> None:
    client = staff(site)
    person = began(client)
    answer = client.post(at(person, "details/"), {**DETAILS, **changed}, headers={"Accept-Language": "en"})
    assert answer.status_code == 200 and says in answer.content.decode()
    assert site.query("SELECT count(*) FROM person_detail WHERE person = %s", person)[0][0] == 0


def test_a_hit_is_for_two_people(site: Site) -> None:
    client = staff(site, "maker")
    person = began(client)
    client.post(at(person, "details/"), {**DETAILS, "name": "制裁名单"})
    assert site.query("SELECT state FROM parties_party WHERE person = %s", person) == [("in_review",)]
    assert f"party_decision/?lane=0&amp;person={person}" in client.get(at(person)).content.decode()


def test_a_look_in_clear_needs_a_reason_and_is_written_down(site: Site) -> None:
    client = staff(site)
    person = began(client)
    client.post(at(person, "details/"), DETAILS)
    assert client.post(at(person, "reveal/"), {"lane": "0", "reason": " "}).status_code == 302
    assert site.query("SELECT count(*) FROM person_access WHERE person = %s", person)[0][0] == 0
    shown = client.post(at(person, "reveal/"), {"lane": "0", "reason": "he asks on the phone"})
    assert ID_NUMBER in shown.content.decode()
    assert "no-store" in shown["Cache-Control"]
    assert site.query("SELECT by_whom, reason FROM person_access WHERE person = %s", person) == [
        (client.user.reference, "he asks on the phone")
    ]
    assert ID_NUMBER not in client.get(at(person)).content.decode()


# ── documents ────────────────────────────────────────────────────────────────
PDF = b"%PDF-1.7\n%a page"
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 40


def brought(client: Any, person: str, content: bytes = PDF, **changed: str) -> Any:
    """Add a document to somebody's file; return the page he comes back to."""
    given = {"lane": "0", "kind": "proof_of_address", "reason": "he brought it to the counter", **changed}
    file = SimpleUploadedFile("<b>scan</b>.pdf", content, content_type="text/html")
    return client.post(
        at(person, "documents/"), {**given, "file": file}, follow=True, headers={"Accept-Language": "en"}
    )


def test_staff_add_a_document_and_take_a_copy_and_both_are_written_down(site: Site) -> None:
    client = staff(site)
    person = began(client)
    client.post(at(person, "details/"), DETAILS)
    page = brought(client, person, PNG).content.decode()
    ((id, kind, media, content),) = site.query(
        "SELECT d.id, kind, media, p.content FROM person_document d JOIN person_document_part p ON p.document = d.id"
        " WHERE d.person = %s AND p.person = d.person",
        person,
    )
    assert (kind, media) == ("proof_of_address", "image/png"), "told by its first bytes, not by its name"
    assert PNG not in bytes(content), "it is encrypted"
    assert "Proof of address" in page and f"0/{id}" in page
    copy = client.post(at(person, "documents/copy/"), {"document": f"0/{id}", "reason": "the court asks for it"})
    assert copy.content == PNG
    name = id.replace(":", "-").replace("_", "-")
    assert copy["Content-Disposition"] == f'attachment; filename="{name}.png"'
    assert (copy["Content-Type"], copy["X-Content-Type-Options"]) == ("image/png", "nosniff")
    assert "no-store" in copy["Cache-Control"] and "Content-Security-Policy" in copy
    accesses = site.query("SELECT by_whom, what, reason FROM person_access WHERE person = %s ORDER BY number", person)
    me = client.user.reference
    assert accesses == [
        (me, f"document {id} added", "he brought it to the counter"),
        (me, f"document {id}", "the court asks for it"),
    ]
    assert "the court asks for it" in client.get(at(person)).content.decode()


@pytest.mark.parametrize(
    ("content", "changed"),
    [
        (b"<html>%PDF-", {}),
        (b"",            {}),
        (b"%PDF-" + b"0" * (5 * 2**20 - 4), {}),
        (PDF,            {"reason": "x"}),
        (PDF,            {"kind": "a_poem"}),
        (PDF,            {"lane": "1"}),
    ],
    ids=["no-pdf", "empty", "too-large", "no-reason", "unknown-kind", "a-lane-where-he-is-not"],
)  # fmt: skip
def test_what_is_no_document_or_has_no_reason_is_not_kept(site: Site, content: bytes, changed: dict[str, str]) -> None:
    client = staff(site)
    person = began(client)
    client.post(at(person, "details/"), DETAILS)
    page = brought(client, person, content, **changed).content.decode()
    assert "alert" in page
    for table in ("person_document", "person_access"):
        assert site.query(f"SELECT count(*) FROM {table} WHERE person = %s", person) == [(0,)]


def test_a_document_of_five_megabytes_is_kept(site: Site) -> None:
    client = staff(site)
    person = began(client)
    client.post(at(person, "details/"), DETAILS)
    brought(client, person, b"%PDF-" + b"0" * (5 * 2**20 - 5))
    assert site.query("SELECT bytes FROM person_document WHERE person = %s", person) == [(5 * 2**20,)]


def test_no_copy_is_given_without_a_reason_or_of_what_is_not_there(site: Site) -> None:
    client = staff(site)
    person = began(client)
    client.post(at(person, "details/"), DETAILS)
    brought(client, person)
    ((id,),) = site.query("SELECT id FROM person_document WHERE person = %s", person)
    for sent in ({"document": f"0/{id}", "reason": " "}, {"document": "0/other", "reason": "he asks"},
                 {"document": f"1/{id}", "reason": "he asks"}):  # fmt: skip
        assert client.post(at(person, "documents/copy/"), sent).status_code == 302
    assert client.post(at(person, "documents/copy/"), {"document": "x/y", "reason": "he asks"}).status_code == 404
    assert site.query("SELECT count(*) FROM person_access WHERE person = %s", person) == [(1,)], "the adding alone"


def test_a_file_takes_eight_statements(site: Site) -> None:
    client = staff(site)
    person = began(client)
    client.post(at(person, "details/"), DETAILS)
    check(client, at(person))
    check(client, at("person:L000"))


@pytest.mark.parametrize("role", ["viewer", "reconciler", "role_admin"])
def test_who_only_reads_changes_and_reveals_nothing(site: Site, role: str) -> None:
    person = began(staff(site))
    reader = staff(site, role)
    assert reader.get(at(person)).status_code == 200
    for act, data in (
        ("details/", DETAILS),
        ("reveal/", {"lane": "0", "reason": "curious"}),
        ("documents/", {}),
        ("documents/copy/", {"document": "0/scan", "reason": "curious"}),
        ("owners/", {}),
        ("owners/review/", {}),
    ):
        assert reader.post(at(person, act), data).status_code in (403, 404), act


@pytest.mark.parametrize("kind", ["client", "platform", "regulator", "auditor"])
def test_nobody_else_has_these_pages(site: Site, kind: str) -> None:
    other = site.signed_in(kind, lane=1 if kind == "platform" else None)
    for page in (
        "/custodian/parties/",
        "/custodian/parties/due/",
        at("person:L1"),
        "/custodian/platforms/",
        "/custodian/platforms/1/",
    ):
        assert other.get(page).status_code == 404, page


def test_a_company_names_its_owners(site: Site) -> None:
    client = staff(site)
    company = f"company-{uuid.uuid4().hex[:8]}"
    site.query(
        "INSERT INTO parties_party VALUES (%s, 'company', 'collecting', '', NULL, '', now(), now()) RETURNING 1",
        company,
    )
    answer = client.post(at(company, "owners/"), {"person": f"{company}:A", "share": "60.00", "control": "shares"})
    assert answer.status_code == 302
    assert "60.00" in client.get(at(company)).content.decode()
    too_much = client.post(
        at(company, "owners/"), {"person": f"{company}:B", "share": "40.01", "control": "shares"}, follow=True
    )
    assert site.query("SELECT count(*) FROM parties_owner WHERE company_id = %s", company)[0][0] == 1, too_much
    client.post(at(company, "owners/review/"), {"note": ""})
    assert site.query("SELECT outcome FROM parties_check WHERE person = %s", company) == [("failed",)]
    client.post(at(company, "owners/"), {"ended": f"{company}:A"})
    assert site.query("SELECT count(*) FROM parties_owner WHERE company_id = %s AND until IS NULL", company)[0][0] == 0
    assert client.post(at(began(client), "owners/"), {}).status_code == 404, "a person has no owners"


def test_a_platform_is_reported_on_and_its_letters_are_kept(site: Site) -> None:
    client = staff(site, "maker")
    report = {"company": "P1 Ltd", "unified_code": "91110000600037341L", "summary": "sound", "evidence": "archive:7"}
    wrong = client.post("/custodian/platforms/2/report/", {**report, "unified_code": "91110000600037341M"})
    assert wrong.status_code == 200
    assert client.post("/custodian/platforms/2/report/", report).status_code == 302
    assert site.query("SELECT state FROM parties_platform WHERE lane = 2") == [("reported",)]
    again = client.post("/custodian/platforms/2/report/", report)
    assert again.status_code == 200, "it waits for a decision"
    bank = site.query("SELECT id FROM bank_account WHERE lane = 2 ORDER BY id")[0][0]
    letter = {"bank_account": bank, "bank": "B", "reference": "L-1", "document_sha256": "a" * 64, "signed_on": "2026-01-02",
              "review_date": "2027-01-02"}  # fmt: skip
    assert client.post("/custodian/platforms/2/letter/", {**letter, "review_date": "2026-01-02"}).status_code == 200
    assert client.post("/custodian/platforms/2/letter/", letter).status_code == 302
    assert client.post("/custodian/platforms/2/letter/", letter).status_code == 200, "once"
    assert client.post("/custodian/platforms/2/letter/", {**letter, "bank_account": "none"}).status_code == 404
    shown = client.get("/custodian/platforms/2/").content.decode()
    assert "letter=L-1" in shown and "pool_papers/?lane=2" in shown
    assert client.get("/custodian/platforms/99/").status_code == 404


def test_a_contract_is_put_in_force_by_two_people_and_superseded(site: Site) -> None:
    from datetime import UTC, date, datetime

    from cunguan.desks.parties import platforms
    from cunguan.desks.parties.models import Contract
    from cunguan.kernel.codes import Code
    from tests.portals.parties.test_records import behind_the_wall

    now = datetime(2026, 11, 26, tzinfo=UTC)
    terms = {"document": "contract:1", "document_sha256": "b" * 64, "valid_from": date(2026, 1, 1), "valid_until": date(2028, 1, 1),
             "liability": "a", "fees": "b", "termination": "c", "liquidation": "d"}  # fmt: skip
    with behind_the_wall():
        assert platforms.agree(1, terms, "m1", "c1", now) is Code.platform_not_active, "nobody has looked at it"
        platforms.report(1, "P1 Ltd", "91110000600037341L", "sound", "", maker="m1", now=now)
        assert platforms.decide(1, "accepted", "sound", "archive:7", "m1", "c1", now) is Code.done
        assert platforms.decide(1, "accepted", "sound", "archive:7", "m1", "c1", now) is Code.state_forbids
        assert platforms.agree(1, terms, "m1", "c1", now) is Code.done
        assert platforms.agree(1, {**terms, "document": "contract:2"}, "m1", "c1", now) is Code.done
        assert [one.state for one in Contract.objects.filter(lane=1).order_by("version")] == ["superseded", "in_force"]
        assert platforms.terminate(1, 2, date(2026, 12, 31)) is Code.done
        assert platforms.terminate(1, 2, date(2026, 12, 31)) is Code.state_forbids
    with behind_the_wall("platform", "p", 1):
        assert Contract.objects.filter(lane=1).count() == 2, "a platform sees its own contract"
    with behind_the_wall("platform", "p", 2):
        assert not Contract.objects.filter(lane=1).exists()
