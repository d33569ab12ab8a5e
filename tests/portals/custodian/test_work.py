"""The console at work: breaks are taken, clients found and seen in clear with a reason, lists taken out with a signature, days closed."""

import asyncio
import re
import uuid
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest

import cunguan.operations
from cunguan.doors.portals.shell.house import house
from tests.portals.approvals.harness import give, passkey_of
from tests.portals.custodian.ground import LANE, hand_in, make_break, own_lane, suspense
from tests.portals.harness import Site
from tests.portals.signing.hands import Hands
from tests.portals.test_queries import QUERIES, counted

NAME = "李雷雷"
#: whose details are whose: nobody else of these tests has them, so a search finds one
PHONE, ID_NUMBER, CARD = "13977770001", "310101198808081239", "6222021007775559"
OTHER_PHONE, OTHER_ID_NUMBER, OTHER_CARD = "13977770002", "310101197707073219", "6222021007776664"


def text(response: Any) -> str:
    return str(response.content.decode())


def search(staff: Any, asked: str) -> str:
    return text(staff.post("/custodian/search/", {"q": asked}))


# ── breaks ───────────────────────────────────────────────────────────────────
def test_a_break_is_taken_explained_and_closed_by_a_proposal_alone(site: Site) -> None:
    name = make_break(site)
    staff = site.signed_in("staff", roles=("reconciler",))
    where = f"/custodian/breaks/{LANE}/{name}/"
    assert "/custodian/approvals/new/break_closing/" in text(staff.get(where))
    staff.post(f"{where}act/", {"act": "take"})
    staff.post(f"{where}act/", {"act": "explain", "note": "the bank books it tomorrow", "reference": "mail 7"})
    rows = site.query(
        "SELECT event, maker, owner FROM break_move WHERE lane = %s AND break = %s ORDER BY number", LANE, name
    )
    me = staff.user.reference
    assert rows[1:] == [("owner_named", me, me), ("timing_explained", me, me)]
    assert site.query("SELECT state FROM recon_break WHERE id = %s", name) == [("timing",)]


def test_an_explanation_without_evidence_is_refused(site: Site) -> None:
    name = make_break(site)
    staff = site.signed_in("staff", roles=("reconciler",))
    staff.post(f"/custodian/breaks/{LANE}/{name}/act/", {"act": "take"})
    page = staff.post(f"/custodian/breaks/{LANE}/{name}/act/", {"act": "explain", "note": "so"}, follow=True)
    assert "details_missing" in text(page)
    assert site.query("SELECT state FROM recon_break WHERE id = %s", name) == [("owned",)]


def test_a_viewer_takes_nothing(site: Site) -> None:
    name = make_break(site)
    viewer = site.signed_in("staff", roles=("viewer",))
    assert viewer.post(f"/custodian/breaks/{LANE}/{name}/act/", {"act": "take"}).status_code == 403


def test_forms_of_proposals_are_filled_with_what_is_known(site: Site) -> None:
    staff = site.signed_in("staff", roles=("reconciler", "maker"))
    page = text(staff.get(f"/custodian/suspense/{LANE}/{suspense(4_321)}/"))
    link = page.split('href="/custodian/approvals/new/suspense_allocation/')[1].split('"')[0].replace("&amp;", "&")
    form = staff.get(f"/custodian/approvals/new/suspense_allocation/{link}")
    assert form.status_code == 200 and "43.21" in text(form)


def test_who_an_item_could_be_stands_once_with_all_that_speaks_for_him(site: Site) -> None:
    staff = site.signed_in("staff", roles=("maker",))
    item = hand_in(
        "deposit_direct", f"in:{uuid.uuid4().hex[:6]}", holder="L003", bank_account="bank", amount_minor=5_555, payer_matches=False,
        reference=f"r{uuid.uuid4().hex[:6]}",
    )  # fmt: skip
    page = text(staff.get(f"/custodian/suspense/{LANE}/{item}/", headers={"Accept-Language": "en"}))
    assert "It was sent for his account" in page and "his payment that came back" not in page
    assert page.count("/custodian/approvals/new/suspense_allocation/?") == 2, "one for him, one for anybody else"


def test_every_field_that_the_books_answer_has_words() -> None:
    from cunguan.doors.api.shown_words import FIELDS
    from cunguan.doors.portals.custodian.words import FIELD_WORDS

    sources = Path(cunguan.operations.__path__[0]).glob("*.py")
    answers = [found for one in sources for found in re.findall(r"answer=\{([^}]*)\}", one.read_text())]
    named = {name for answer in answers for name in re.findall(r'"(\w+)":', answer)}
    assert len(named) > 20
    assert sorted(named - FIELDS.keys() - FIELD_WORDS.keys()) == []


# ── who it is ────────────────────────────────────────────────────────────────
def keep_details(person: str) -> None:
    from cunguan.doors.persons.shapes import Details
    from cunguan.doors.portals.custodian.clients import with_persons

    phone, number, card = (
        (PHONE, ID_NUMBER, CARD) if person == "person:L001" else (OTHER_PHONE, OTHER_ID_NUMBER, OTHER_CARD)
    )
    details = Details(NAME, "id_card", number, phone, "北京市东城区", (), (card,))
    now = house().context.clock.now()
    house().call(with_persons, lambda persons: persons.put(LANE, person, details, now))


def test_a_client_is_found_by_what_he_reads_out_and_the_search_is_written_down(site: Site) -> None:
    keep_details("person:L001")
    staff = site.signed_in("staff", roles=("viewer",))
    for kind, asked in (("phone", "139 7777 0001"), ("id_number", ID_NUMBER.lower()), ("card_number", CARD)):
        assert "person:L001" in search(staff, asked), kind
        rows = site.query(
            "SELECT what, found FROM console_search WHERE by_whom = %s ORDER BY number", f"staff {staff.user.reference}"
        )
        assert (kind, 1) in rows, "an ID number without a letter is also looked for among the cards"
    kept = site.query("SELECT * FROM console_search")
    assert PHONE not in str(kept) and ID_NUMBER not in str(kept)


def test_a_supervisor_finds_nobody_by_personal_data(site: Site) -> None:
    keep_details("person:L001")
    regulator = site.signed_in("regulator")
    assert "person:L001" not in search(regulator, PHONE) and "person:L001" not in search(regulator, NAME)
    assert "card number" not in text(regulator.get("/custodian/search/")), "the hint offers what is open to him"


@pytest.mark.parametrize(("asked", "whom"), [
    (NAME,                        {"person:L001", "person:L002"}),
    (f"李 雷·雷 {PHONE[-4:]}",     {"person:L001"}),
    (f"{NAME} {OTHER_CARD[-4:]}", {"person:L002"}),
    (f"{NAME}\u3000{OTHER_ID_NUMBER[-6:]}", {"person:L002"}),
    (f"{NAME} 8765",              set()),
    ("李雷雨",                     set()),
])  # fmt: skip
def test_clients_of_one_name_are_told_apart(site: Site, asked: str, whom: set[str]) -> None:
    for person in ("person:L001", "person:L002"):
        keep_details(person)
    staff = site.signed_in("staff", roles=("viewer",))
    page = search(staff, asked)
    assert {one for one in ("person:L001", "person:L002") if f"/custodian/persons/{one}/" in page} == whom
    assert ("139****0001" in page, "139****0002" in page) == ("person:L001" in whom, "person:L002" in whom)
    shown = re.sub(r'value="[^"]*"', "", page)  # but what he typed himself
    assert PHONE not in shown and OTHER_ID_NUMBER not in shown and NAME not in shown
    assert ("2 位客户用此姓名" in page or "2 clients have this name" in page) == asked.endswith("8765")
    rows = site.query("SELECT what, found FROM console_search WHERE by_whom = %s", f"staff {staff.user.reference}")
    assert rows == [("name", len(whom))]
    assert NAME not in str(site.query("SELECT * FROM console_search"))


def test_a_reference_is_no_name(site: Site) -> None:
    staff = site.signed_in("staff", roles=("viewer",))
    for asked in ("L003", "person:L003", "777.01 2026-03-02", "1/12"):
        search(staff, asked)
    assert site.query("SELECT * FROM console_search WHERE by_whom = %s", f"staff {staff.user.reference}") == []


def test_more_of_one_name_than_are_shown_is_said_and_so_are_names_not_indexed_yet(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    for person in ("person:L001", "person:L002"):
        keep_details(person)
    staff = site.signed_in("staff", roles=("viewer",))
    monkeypatch.setattr("cunguan.doors.persons.finding.MOST", 1)
    assert "alert-warning" in search(staff, NAME) and "alert-warning" in search(staff, f"{NAME} 0001")
    assert "alert-warning" not in search(staff, PHONE)
    with psycopg.connect(site.url) as owner:
        owner.execute("UPDATE person_detail SET name_index = NULL WHERE lane = 1 AND person = 'person:L002'")
    try:
        assert "cunguan person index" in search(staff, NAME)
        assert "cunguan person index" not in search(staff, PHONE)
    finally:
        keep_details("person:L002")


def test_a_search_takes_few_statements_however_many_it_finds(site: Site) -> None:
    for person in ("person:L001", "person:L002"):
        keep_details(person)
    staff = site.signed_in("staff", roles=("viewer",))
    staff.get("/custodian/search/")
    with counted() as sent:
        search(staff, NAME)
    assert len(sent) <= QUERIES, "\n".join(sent)


def test_details_are_masked_until_a_reason_is_given(site: Site) -> None:
    keep_details("person:L002")
    staff = site.signed_in("staff", roles=("viewer",))
    masked = text(staff.get("/custodian/persons/person:L002/"))
    assert "139****0002" in masked and OTHER_PHONE not in masked and NAME not in masked
    before = site.query("SELECT count(*) FROM person_access WHERE person = 'person:L002'")
    refused = staff.post("/custodian/persons/person:L002/reveal/", {"lane": LANE, "reason": " "}, follow=True)
    assert (
        OTHER_PHONE not in text(refused)
        and site.query("SELECT count(*) FROM person_access WHERE person = 'person:L002'") == before
    )
    clear = text(
        staff.post("/custodian/persons/person:L002/reveal/", {"lane": LANE, "reason": "called about his card"})
    )
    assert OTHER_PHONE in clear and NAME in clear
    rows = site.query(
        "SELECT by_whom, reason FROM person_access WHERE person = 'person:L002' ORDER BY number DESC LIMIT 1"
    )
    assert rows == [(f"staff {staff.user.reference}", "called about his card")]


def test_references_amounts_and_places_lead_to_what_they_are(site: Site) -> None:
    staff = site.signed_in("staff", roles=("viewer",))
    name = hand_in("deposit_direct", f"in:{uuid.uuid4().hex[:6]}", holder="L003", bank_account="bank", amount_minor=77_701,
                   payer_matches=True, reference="r")  # fmt: skip
    ((seq, day),) = site.query(
        "SELECT i.seq, d.business_date FROM instruction i JOIN lane_day d USING (lane) WHERE i.lane = 1 AND i.id = %s",
        name,
    )
    link = f"/custodian/books/1/journal/{seq}/"
    assert link in search(staff, name)
    assert link in search(staff, f"777.01 {day}")
    assert link in search(staff, f"1/{seq}")
    assert "/custodian/books/1/client/L003/" in search(staff, "L003")
    assert "/custodian/books/1/listing/X0/" in search(staff, "X0")
    assert "/custodian/persons/person:L003/" in search(staff, "person:L003")
    page = text(staff.get(link))
    assert "777.01" in page and "2010" in page and "1010" in page


# ── lists taken out ──────────────────────────────────────────────────────────
def test_a_list_is_taken_out_with_a_reason_and_a_signature_and_is_its_makers_alone(site: Site) -> None:
    from cunguan.doors.jobs.console import files

    make_break(site)
    hands = Hands(site, "staff", roles=("viewer",))
    staff = hands.client
    where = "/custodian/export/breaks/?state=open"
    asked = staff.post(where, {"reason": "the auditor asked"})
    assert asked.status_code == 302 and asked["location"].startswith("/sign/")
    assert staff.get(f"{where}&signed=forged").headers.get("location", "").startswith("/sign/"), (
        "nothing leaves unsigned"
    )
    hands.sign(asked["location"])
    token = asked["location"].split("/")[2]
    done = staff.get(f"{where}&signed={token}")
    assert done.status_code == 302 and done["location"] == "/custodian/exports/", text(done)[:2000]
    while asyncio.run(files(house().context)):
        pass
    ((name, count, reason),) = site.query(
        "SELECT id, row_count, reason FROM console_export WHERE maker = %s", str(hands.user.pk)
    )
    assert reason == "the auditor asked" and count >= 1
    file = staff.get(f"/custodian/exports/{name}/")
    assert file.status_code == 200 and text(file).startswith("\ufeff差错 (id),") and "500.00" in text(file)
    assert file["Content-Disposition"].startswith("attachment;") and file["X-Content-Type-Options"] == "nosniff"
    english = staff.get(f"/custodian/exports/{name}/", headers={"Accept-Language": "en"})
    assert text(english).startswith("\ufeffBreak (id),What differs (code),"), text(english)[:200]
    fields = staff.get(f"/custodian/exports/{name}/?heads=fields")
    assert text(fields).startswith("\ufeffid,code,")
    assert [text(one).splitlines()[1:] for one in (file, english)] == [text(fields).splitlines()[1:]] * 2
    assert site.signed_in("staff", roles=("viewer",)).get(f"/custodian/exports/{name}/").status_code == 404


def test_a_file_is_gone_after_a_day(site: Site) -> None:
    import psycopg

    from cunguan.doors.exports.making import KEPT, sweep

    name, now = uuid.uuid4(), house().context.clock.now()
    with psycopg.connect(site.url, autocommit=True) as owner:
        owner.execute(
            "INSERT INTO console_export VALUES (%s, 'm', 'breaks', '{}', 'en', 'because', %s, 'made', 1, %s, 'x')",
            (name, now - KEPT - timedelta(seconds=1), now),
        )
        sweep(owner, now)
    assert site.query("SELECT state, content FROM console_export WHERE id = %s", name) == [("gone", None)]


# ── the books ────────────────────────────────────────────────────────────────
def test_sums_by_date_are_the_books_however_often_they_are_made(site: Site) -> None:
    from cunguan.doors.jobs.console import sums

    suspense(1_111)
    staff = site.signed_in("staff", roles=("viewer",))
    before = text(staff.get("/custodian/books/1/"))
    while asyncio.run(sums(house().context)):
        pass
    asyncio.run(sums(house().context))
    assert site.query("SELECT upto >= 1 FROM console_mark WHERE lane = 1") == [(True,)]
    after = text(staff.get("/custodian/books/1/"))
    assert figures(after) == figures(before), "the same whether it was summed up before or now"
    truth = site.query(
        "SELECT sum(b.balance)::text FROM balance b JOIN account a USING (lane, account) WHERE lane = 1 AND a.code = '1010'"
    )[0][0]
    assert f"{int(truth) / 100:,.2f}" in after


def figures(page: str) -> list[str]:
    import re

    return re.findall(r'<span class="amount[^>]*>([^ <]+)', page)


def test_an_account_is_read_page_by_page_and_as_of_a_date(site: Site) -> None:
    for _ in range(27):
        hand_in("deposit_direct", f"in:{uuid.uuid4().hex[:8]}", holder="L003", bank_account="bank", amount_minor=100, payer_matches=True,
                reference="r")  # fmt: skip
    staff = site.signed_in("staff", roles=("viewer",))
    ((base,),) = site.query("SELECT base FROM holder_account WHERE lane = 1 AND id = 'L003'")
    first = text(staff.get(f"/custodian/books/1/account/{base}/"))
    following = first.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    second = text(staff.get(f"/custodian/books/1/account/{base}/{following}"))
    journals = [
        set(part.split("/custodian/books/1/journal/")[1:][n].split("/")[0] for n in range(part.count("/journal/")))
        for part in (first, second)
    ]
    assert journals[0] and journals[1] and not journals[0] & journals[1]
    then = text(staff.get(f"/custodian/books/1/account/{base}/?day=2026-03-01"))
    assert "/journal/" not in then


# ── the day ──────────────────────────────────────────────────────────────────
def test_a_day_is_closed_lane_by_lane_and_asked_again_it_stays_closed(site: Site) -> None:
    first = date(2026, 1, 5)
    for lane in (51, 52):
        own_lane(lane, first)
    staff = site.signed_in("staff", roles=("reconciler",))
    assert "2026" in text(staff.get("/custodian/closing/"))
    asks = staff.post("/custodian/closing/step/", {"date": first.isoformat()})
    assert asks.headers["location"].startswith("/sign/")
    assert site.query("SELECT count(*) FROM instruction WHERE lane IN (51, 52) AND kind = 'day_close'") == [(0,)]
    give(asks.headers["location"].split("/")[2], passkey_of(staff.user))
    assert "hx-post" in text(staff.get(f"/custodian/closing/?date={first}&next=&signed=1"))
    other = staff.post("/custodian/closing/step/", {"date": "2026-01-06"}, headers={"hx-request": "true"})
    assert other.headers["hx-redirect"].startswith("/sign/"), "a signature is for one date"
    seen = []
    for _ in range(3):
        part = staff.post("/custodian/closing/step/", {"date": first.isoformat()}, headers={"hx-request": "true"})
        seen.append(dict(site.query("SELECT lane, business_date > %s FROM lane_day WHERE lane IN (51, 52)", first)))
    assert seen == [{51: True, 52: False}, {51: True, 52: True}, {51: True, 52: True}], "one lane a step, and then none"
    assert "hx-post" not in text(part)
    ids = site.query("SELECT id FROM instruction WHERE lane IN (51, 52) AND kind = 'day_close'")
    assert ids == [(f"close:{first}",)] * 2


def test_a_currency_without_a_cut_off_is_closed_with_the_date_somebody_says(site: Site) -> None:
    from django.db import transaction

    from cunguan.doors.portals.custodian.closing import next_close
    from cunguan.doors.portals.shell.reader import Who
    from cunguan.doors.portals.shell.wall import raise_for

    ((day,),) = site.query("SELECT business_date FROM lane_day WHERE lane = 1")
    with transaction.atomic():
        raise_for(Who(site.user("staff")))
        found = [
            next_close(day, house().context.clock.now(), {0, *range(2, 100)}, said)
            for said in ("", str(day), str(day + timedelta(days=1)))
        ]
    assert [one and one.next_day for one in found] == [None, None, day + timedelta(days=1)]


def test_a_viewer_closes_no_day(site: Site) -> None:
    assert (
        site.signed_in("staff", roles=("viewer",)).post("/custodian/closing/step/", {"date": "2026-03-02"}).status_code
        == 403
    )


def test_every_queue_leads_somewhere(site: Site) -> None:
    from cunguan.doors.portals.custodian.queues import QUEUES, waiting

    staff = site.signed_in("staff", roles=("viewer",))
    from django.db import transaction

    from cunguan.doors.portals.shell.reader import Who
    from cunguan.doors.portals.shell.wall import raise_for

    with transaction.atomic():
        raise_for(Who(staff.user))
        found = waiting(staff.user.pk, house().context.clock.now())
    assert [one.queue for one in found] == list(QUEUES)
    assert all(urlsplit(one.href).path for one in found)
