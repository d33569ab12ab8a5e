"""The client's pages: he sees his own money, where it lies and how it came; of anybody else's he is told that there is no such page."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from cunguan.kernel.codes import Code
from tests.plane.harness import account, deposit, register
from tests.portals.harness import Site

PAGES = ("", "movements/", "statements/", "where/")
QUERIES_MAX = 8


@contextmanager
def counted() -> Iterator[list[str]]:
    """Collect the statements of a request, without the frame of its transaction."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    found: list[str] = []
    with CaptureQueriesContext(connection) as seen:
        yield found
    found += [one["sql"] for one in seen if not re.match(r"BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE", one["sql"])]


def base_of(site: Site, holder: str) -> int:
    return int(site.query("SELECT base FROM holder_account WHERE lane = 1 AND id = %s", holder)[0][0])


def seq_of(site: Site, holder: str) -> int:
    """Return the first instruction that credited a holder."""
    base = base_of(site, holder)
    return int(site.query("SELECT min(seq) FROM posting WHERE lane = 1 AND credit_account = %s", base)[0][0])


@pytest.fixture(scope="module", autouse=True)
def clients(site: Site) -> None:
    """Two lenders of this file's own, with accounts on two platforms and a deposit on the first."""
    from cunguan.doors.portals.shell.house import house

    asked = [(0, register(name)) for name in ("E1A", "E1B")]
    asked += [(lane, account(lane, name, "lender")) for lane in (1, 2) for name in ("E1A", "E1B")]
    asked += [(1, deposit(n, tag="e1", lender=name, amount_minor=100_000_000)) for n, name in enumerate(("E1A", "E1B"))]
    assert [house().ask(lane, one).code for lane, one in asked] == [Code.done] * len(asked)


@pytest.fixture(scope="module")
def owner(site: Site) -> Any:
    """The client behind one lender."""
    return site.signed_in("client", "person:E1A")


@pytest.fixture(scope="module")
def newcomer(site: Site) -> Any:
    """A client without an account."""
    return site.signed_in("client", "person:newcomer-of-accounts")


@pytest.mark.parametrize("page", PAGES)
def test_a_page_answers_with_few_queries(owner: Any, page: str) -> None:
    with counted() as queries:
        answer = owner.get(f"/me/{page}")
    assert answer.status_code == 200
    assert len(queries) <= QUERIES_MAX, queries


@pytest.mark.parametrize("page", PAGES)
def test_who_has_no_account_is_told_how_to_open_one(newcomer: Any, page: str) -> None:
    answer = newcomer.get(f"/me/{page}")
    assert answer.status_code == 200 and "/me/open/" in answer.content.decode()


def test_an_account_a_movement_and_a_receipt_are_their_owners_alone(site: Site, owner: Any) -> None:
    mine, other = base_of(site, "E1A"), base_of(site, "E1B")
    my_seq, other_seq = seq_of(site, "E1A"), seq_of(site, "E1B")
    pages = {
        f"/me/accounts/1-{mine}/": 200, f"/me/accounts/1-{other}/": 404, f"/me/accounts/2-{other}/": 404,
        f"/me/movements/1-{mine}/{my_seq}/": 200, f"/me/movements/1-{other}/{other_seq}/": 404,
        f"/me/movements/1-{mine}/{other_seq}/": 404, f"/me/movements/?account=1-{other}": 404,
        f"/me/movements/1-{other}/{other_seq}/receipt.json": 404, f"/me/movements/1-{mine}/{other_seq}/receipt.pdf": 404,
        f"/me/statements/1-{other}.pdf?month=2026-03": 404, f"/me/where/?account=1-{other}": 404,
        f"/me/where/1-{other}/liability.json": 404, f"/me/movements/1-{mine}/{2**70}/": 404,
    }  # fmt: skip
    assert {page: owner.get(page).status_code for page in pages} == pages


@pytest.mark.parametrize("page", ["accounts/1-{base}/", "movements/1-{base}/{seq}/"])
def test_a_page_of_one_answers_with_few_queries(site: Site, owner: Any, page: str) -> None:
    with counted() as queries:
        owner.get(f"/me/{page.format(base=base_of(site, 'E1A'), seq=seq_of(site, 'E1A'))}")
    assert len(queries) <= QUERIES_MAX, queries


def test_a_movement_names_no_other_client_and_says_where_the_money_came_from(site: Site, owner: Any) -> None:
    text = owner.get(
        f"/me/movements/1-{base_of(site, 'E1A')}/{seq_of(site, 'E1A')}/", headers={"accept-language": "en"}
    ).content.decode()
    assert "Deposit by transfer" in text and "the pool&#x27;s account at the bank" in text and "1,000,000.00" in text


def test_movements_are_filtered_and_exported(owner: Any) -> None:
    english = {"accept-language": "en"}
    assert (
        "Deposit by transfer"
        in owner.get("/me/movements/?kind=deposits&from=2026-03-01&until=2026-03-31", headers=english).content.decode()
    )
    for nothing in ("kind=withdrawals", "until=2026-02-28", "from=2026-03-03"):
        assert "Nothing fits" in owner.get(f"/me/movements/?{nothing}", headers=english).content.decode(), nothing
    assert (
        "ends before it begins"
        in owner.get("/me/movements/?from=2026-03-02&until=2026-03-01", headers=english).content.decode()
    )
    rows = owner.get("/me/movements/?export=csv", headers=english).content.decode().splitlines()
    assert rows[0].startswith("\ufeffDate,Time,What,Amount") and "Deposit by transfer,1000000.00,USD" in rows[
        -1
    ].replace('"', "").replace("1,000", "1000").replace("0,000", "0000")


def test_a_code_is_known_to_anybody_and_another_is_not(site: Site, owner: Any) -> None:
    text = owner.get(f"/me/movements/1-{base_of(site, 'E1A')}/{seq_of(site, 'E1A')}/").content.decode()
    code = re.search(r"/verify-code/([0-9A-Z-]+)/", text)[1]  # type: ignore[index]
    asked = site.anybody().get(f"/verify-code/{code.lower()}/", headers={"accept-language": "en"})
    assert asked.status_code == 200 and "1,000,000.00" in asked.content.decode() and "E1A" not in asked.content.decode()
    for wrong in (code[:-1] + ("0" if code[-1] != "0" else "1"), "nothing", "0" * 24):
        asked = site.anybody().get(f"/verify-code/{wrong}/", headers={"accept-language": "en"})
        assert asked.status_code == 404 and "no code of ours" in asked.content.decode()


def test_a_statement_and_an_e_receipt_are_paper(site: Site, owner: Any) -> None:
    base = base_of(site, "E1A")
    for address in (f"statements/1-{base}.pdf?month=2026-03", f"statements/1-{base}.pdf?from=2026-03-01&until=2026-03-02",
                    f"movements/1-{base}/{seq_of(site, 'E1A')}/receipt.pdf"):  # fmt: skip
        answer = owner.get(f"/me/{address}")
        assert answer.status_code == 200 and answer.content.startswith(b"%PDF-"), address
    for wrong in (
        "from=2026-03-02&until=2026-03-01",
        "from=2020-01-01&until=2026-03-02",
        "from=x",
        "from=2026-03-01&until=2099-01-01",
    ):
        assert owner.get(f"/me/statements/1-{base}.pdf?{wrong}").status_code == 422, wrong
    assert owner.get(f"/me/statements/1-{base}.pdf?month=2026-13").status_code == 404


def test_without_typst_the_page_says_which_extra_is_missing(
    site: Site, owner: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "typst", None)
    answer = owner.get(f"/me/statements/1-{base_of(site, 'E1A')}.pdf?month=2026-03")
    assert answer.status_code == 501 and "cunguan[docs]" in answer.content.decode()
