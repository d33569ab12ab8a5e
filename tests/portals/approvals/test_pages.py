"""Pages of approvals: ask, sign, edit, refuse, withdraw; what the books answered is shown."""

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
