"""Pages of approvals: ask, sign, edit, refuse, withdraw; what the books answered is shown."""

from cunguan.doors.portals.shell.house import house
from cunguan.kernel.codes import Code
from tests.portals.approvals.harness import approve, asked, name_of, staff
from tests.portals.harness import Site


def test_a_line_is_set_when_two_have_signed_and_once(site: Site) -> None:
    maker, checker = staff(site, "maker"), staff(site, "checker")
    name = name_of(asked(maker, "pool_line", 1, pool="main", line_minor="1,000.00", reason="agreed"))
    approve(maker, name)
    assert site.query("SELECT state FROM approvals_proposal WHERE id = %s", name) == [("open",)]
    page = checker.get("/custodian/approvals/").content.decode()
    assert name in page and "1,000.00" in page
    approve(checker, name)
    assert site.query("SELECT state, code FROM approvals_proposal WHERE id = %s", name) == [("done", 0)]
    assert site.query("SELECT count(*) FROM instruction WHERE lane = 1 AND id = %s", name) == [(1,)]
    detail = checker.get(f"/custodian/approvals/{name}/").content.decode()
    assert maker.user.reference in detail and checker.user.reference in detail
    checker.post(f"/custodian/approvals/{name}/again/")
    assert site.query("SELECT count(*) FROM instruction WHERE lane = 1 AND id = %s", name) == [(1,)]


def test_every_kind_has_its_form_in_both_languages(site: Site) -> None:
    from cunguan.desks.approvals import words
    from cunguan.desks.approvals.kinds import kinds

    reader = staff(site, "viewer")
    for language in ("en", "zh-hans"):
        reader.cookies["__Host-language"] = language
        for name, kind in kinds().items():
            page = reader.get(f"/custodian/approvals/new/{name}/")
            assert page.status_code == 200, name
            assert all(f"body-{field.name}" in page.content.decode() for field in kind.fields()), name
    missing = {name for name in kinds() if name not in words.TITLES}
    missing |= {field.name for kind in kinds().values() for field in kind.fields() if field.name not in words.FIELDS}
    assert not missing


def test_an_edit_voids_the_signatures_and_shows_what_it_changed(site: Site) -> None:
    maker, checker = staff(site, "maker"), staff(site, "checker")
    name = name_of(asked(maker, "pool_line", 1, pool="main", line_minor="2000", reason="agreed"))
    approve(maker, name)
    edited = maker.post(
        f"/custodian/approvals/{name}/edit/",
        {"version": 1, "why": "because", "body-pool": "main", "body-line_minor": "3000", "body-reason": "agreed"},
    )
    assert edited.headers["location"].endswith(f"/{name}/sign/2/")
    assert approve(checker, name, version=1).status_code == 302
    assert site.query("SELECT count(*) FROM approvals_signature WHERE proposal_id = %s AND version = 2", name) == [(0,)]
    page = checker.get(f"/custodian/approvals/{name}/").content.decode()
    assert "<del>2,000.00 USD</del>" in page and "<ins>3,000.00 USD</ins>" in page
    approve(checker, name, version=2)
    approve(maker, name, version=2)
    assert site.query("SELECT state FROM approvals_proposal WHERE id = %s", name) == [("done",)]
    assert site.query("SELECT body FROM instruction WHERE id = %s", name)[0][0].find(b"300000") > 0


def test_the_maker_never_checks_and_a_viewer_is_told_why(site: Site) -> None:
    maker, viewer = staff(site, "maker", "checker"), staff(site, "viewer")
    name = name_of(asked(maker, "pool_line", 1, pool="main", line_minor="1", reason="agreed"))
    approve(maker, name)
    approve(maker, name)
    approve(viewer, name)
    assert site.query("SELECT side FROM approvals_signature WHERE proposal_id = %s", name) == [("maker",)]
    viewer.cookies["__Host-language"] = "en"
    page = viewer.get(f"/custodian/approvals/{name}/").content.decode()
    assert "You may look, and not do this" in page and "Approve by passkey" not in page
    assert viewer.post(f"/custodian/approvals/{name}/refuse/", {"version": 1, "reason": "no"}).status_code == 302
    assert site.query("SELECT state FROM approvals_proposal WHERE id = %s", name) == [("open",)]


def test_a_larger_amount_needs_more_checkers(site: Site) -> None:
    maker, one, two = staff(site, "maker"), staff(site, "checker"), staff(site, "checker")
    name = name_of(asked(maker, "pool_line", 1, pool="main", line_minor="100,000.01", reason="agreed"))
    approve(maker, name)
    approve(one, name)
    assert site.query("SELECT state FROM approvals_proposal WHERE id = %s", name) == [("open",)]
    approve(two, name)
    assert site.query("SELECT state FROM approvals_proposal WHERE id = %s", name) == [("done",)]


def test_what_the_books_refuse_is_shown(site: Site) -> None:
    maker, checker = staff(site, "maker"), staff(site, "checker")
    name = name_of(
        asked(maker, "suspense_allocation", 1, item="none", holder="L1", amount_minor="5", reason="his letter")
    )
    approve(maker, name)
    approve(checker, name)
    assert site.query("SELECT state FROM approvals_proposal WHERE id = %s", name) == [("refused",)]
    checker.cookies["__Host-language"] = "en"
    assert "suspense item not found" in checker.get(f"/custodian/approvals/{name}/").content.decode()


def test_one_is_refused_with_a_reason_and_ones_own_is_withdrawn(site: Site) -> None:
    maker, checker = staff(site, "maker"), staff(site, "checker")
    names = [name_of(asked(maker, "pool_line", 1, pool="main", line_minor="1", reason="agreed")) for _ in range(2)]
    checker.post(f"/custodian/approvals/{names[0]}/refuse/", {"version": 1, "reason": ""})
    checker.post(f"/custodian/approvals/{names[1]}/withdraw/", {"version": 1, "reason": "not mine"})
    assert {site.query("SELECT state FROM approvals_proposal WHERE id = %s", name)[0][0] for name in names} == {"open"}
    checker.post(f"/custodian/approvals/{names[0]}/refuse/", {"version": 1, "reason": "the contract says less"})
    maker.post(f"/custodian/approvals/{names[1]}/withdraw/", {"version": 1, "reason": "a mistake"})
    found = site.query("SELECT state, reason FROM approvals_proposal WHERE id = ANY(%s) ORDER BY state", names)
    assert found == [("refused", "the contract says less"), ("withdrawn", "a mistake")]


def test_a_message_with_rows_is_filled_in_row_by_row(site: Site) -> None:
    maker, checker = staff(site, "maker"), staff(site, "checker")
    rows = {
        "item": "withdrawal_fee",
        "basis": "bp",
        "rate_bp": "10",
        "fixed_minor": "",
        "cap_minor": "5.00",
        "month_cap_minor": "",
    }
    given = {f"body-items-0-{column}": value for column, value in rows.items()}
    answer = maker.post(
        "/custodian/approvals/new/fee_schedule/",
        {"lane": 1, "why": "new prices", "body-schedule": "approved", "body-version": "1", **given,
         **{f"body-items-1-{column}": "bp" if column == "basis" else "" for column in rows}},
    )  # fmt: skip
    name = name_of(answer)
    assert "5.00 USD" in checker.get(f"/custodian/approvals/{name}/").content.decode(), (
        "who signs reads amounts, no units"
    )
    approve(maker, name)
    approve(checker, name)
    assert site.query("SELECT state, code FROM approvals_proposal WHERE id = %s", name) == [("done", 0)]


def test_another_session_or_a_stranger_signs_nothing(site: Site) -> None:
    maker = staff(site, "maker")
    name = name_of(asked(maker, "pool_line", 1, pool="main", line_minor="1", reason="agreed"))
    assert site.anybody().get(f"/custodian/approvals/{name}/sign/1/").headers["location"].startswith("/signin/")
    assert site.signed_in("client", "person:L1").get(f"/custodian/approvals/{name}/").status_code == 404
    assert site.signed_in("platform", lane=1).get(f"/custodian/approvals/{name}/").status_code == 404
    assert maker.get("/custodian/approvals/ap:none/").status_code == 404


def test_the_list_filters_pages_and_exports(site: Site) -> None:
    maker = staff(site, "maker")
    for _ in range(3):
        asked(maker, "pool_line", 1, pool="main", line_minor="1", reason="agreed")
    page = maker.get("/custodian/approvals/?whose=mine&state=open").content.decode()
    assert page.count("your own") == 3 or page.count("本人提案") == 3
    export = maker.get("/custodian/approvals/?whose=mine&export=csv").content.decode()
    assert export.count("pool_line") == 3


def test_an_amount_is_held_and_released_by_two_from_the_accounts_page(site: Site) -> None:
    maker, checker = staff(site, "maker"), staff(site, "checker")
    page = "/custodian/books/1/client/L001/"
    form = maker.get("/custodian/approvals/new/general_hold/?lane=1&holder=L001").content.decode()
    assert "/approvals/new/general_hold/?lane=1&amp;holder=L001" in maker.get(page).content.decode()
    assert 'value="P"' not in form, "two people hold nothing on the client's own word"
    held = {
        "holder": "L001",
        "amount_minor": "100.00",
        "until": "2027-12-31",
        "authority": "M",
        "reason": "looked into",
    }
    hold = name_of(asked(maker, "general_hold", 1, **held))
    approve(maker, hold)
    approve(checker, hold)
    assert site.query("SELECT state FROM hold WHERE lane = 1 AND id = %s", hold) == [("open",)]
    shown = maker.get(page).content.decode()
    assert (
        f"/approvals/new/general_hold_release/?lane=1&amp;hold={hold.replace(':', '%3A')}&amp;amount_minor=10000"
        in shown
    )
    assert "general_hold_release" not in staff(site, "viewer").get(page).content.decode()
    back = name_of(asked(maker, "general_hold_release", 1, hold=hold, amount_minor="100.00", reason="all is well"))
    approve(maker, back)
    approve(checker, back)
    rows = site.query("SELECT state, amount_minor - released_minor FROM hold WHERE lane = 1 AND id = %s", hold)
    assert rows == [("released", 0)]


def test_a_clients_own_freeze_is_lifted_by_two_from_his_page(site: Site) -> None:
    from tests.plane.harness import account, ask, register

    maker, checker = staff(site, "maker"), staff(site, "checker")
    lock = "freeze:portal:pages"
    for lane, one in ((0, register("PAGES")), (1, account(1, "PAGES", "lender")),
                      (0, ask(0, lock, "person_self_lock", act=lock, person="person:PAGES"))):  # fmt: skip
        assert house().ask(lane, one).code is Code.done
    page = "/custodian/persons/person:PAGES/"
    link = (
        maker.get(page).content.decode().split('href="/custodian/approvals/new/person_self_unlock/?')[1].split('"')[0]
    )
    assert "person_self_unlock" not in staff(site, "viewer").get(page).content.decode()
    form = maker.get(f"/custodian/approvals/new/person_self_unlock/?{link.replace('&amp;', '&')}").content.decode()
    act = form.split('name="body-act" value="')[1].split('"')[0]
    said = {"act": act, "lock": lock, "person": "person:PAGES", "identification": "at the counter, file 7"}
    name = name_of(asked(maker, "person_self_unlock", 0, **said))
    approve(maker, name)
    approve(checker, name)
    assert site.query("SELECT state, lock FROM person WHERE lane = 0 AND id = 'person:PAGES'") == [("active", "")]
    assert "person_self_unlock" not in maker.get(page).content.decode()
