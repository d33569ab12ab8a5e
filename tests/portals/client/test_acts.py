"""Pages of acts: each opens, shows fees and risks before, and is the client's own alone."""

from typing import Any

import psycopg
import pytest

from tests.doors.api.harness import LENDERS
from tests.plane.harness import ask
from tests.portals.harness import Site

PAGES = (
    "deposit/", "deposits/", "withdraw/", "withdrawals/", "fees/", "mandates/", "mandates/grant/", "holdings/", "requests/", "freeze/",
    "security/", "notices/", "limits/", "help/",
)  # fmt: skip
QUERIES_MAX = 8


@pytest.fixture(scope="module")
def lender(site: Site) -> Any:
    """A lender of P1 and P2 who has money in P1."""
    return site.signed_in("client", f"person:{LENDERS[3]}")


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_opens_with_few_queries(site: Site, lender: Any, page: str, language: str) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as asked:
        answer = lender.get(f"/me/{page}", headers={"accept-language": language})
    assert answer.status_code == 200
    told = [one["sql"] for one in asked if one["sql"].split()[0] in ("SELECT", "WITH", "INSERT", "UPDATE", "--")]
    assert len(told) <= QUERIES_MAX, told


@pytest.mark.parametrize("page", PAGES)
def test_a_client_without_accounts_is_told_what_to_do(site: Site, page: str) -> None:
    assert site.signed_in("client").get(f"/me/{page}").status_code == 200


@pytest.mark.parametrize("page", [page for page in PAGES if page != "notices/"])
def test_nobody_else_has_such_pages(site: Site, page: str) -> None:
    assert site.signed_in("staff").get(f"/me/{page}").status_code == 404
    assert site.signed_in("platform", lane=1).get(f"/me/{page}").status_code == 404
    assert site.anybody().get(f"/me/{page}").status_code == 302


def test_a_deposit_page_names_his_own_number(site: Site, lender: Any) -> None:
    from cunguan.kernel.deposit_reference import Holder, creditor_reference

    base = site.query("SELECT base FROM holder_account WHERE lane = 1 AND id = %s", LENDERS[3])[0][0]
    page = lender.get(f"/me/deposit/?account=1-{base}").content.decode()
    assert creditor_reference(Holder(1, base)) in page


@pytest.mark.parametrize("where", ["deposit/", "withdraw/", "withdrawals/", "fees/", "mandates/grant/", "deposits/"])
def test_somebody_elses_account_is_no_page(site: Site, lender: Any, where: str) -> None:
    other = site.query("SELECT base FROM holder_account WHERE lane = 1 AND id = %s", LENDERS[0])[0][0]
    assert lender.get(f"/me/{where}?account=1-{other}").status_code == 404


def bases(site: Site, holder: str) -> int:
    return int(site.query("SELECT base FROM holder_account WHERE lane = 1 AND id = %s", holder)[0][0])


def test_a_mandate_is_granted_and_taken_back_by_signing(site: Site, lender: Any) -> None:
    base = bases(site, LENDERS[3])
    form = {"type": "bid", "cap": "1,000.00", "until": "2026-06-01"}
    assert lender.get(f"/me/mandates/grant/?account=1-{base}").status_code == 200
    signing = lender.post(f"/me/mandates/grant/?account=1-{base}", form)
    assert signing.status_code == 302 and signing.headers["location"].startswith("/sign/")
    mandate = f"mandate:{LENDERS[3]}"
    assert lender.post(f"/me/mandates/1-{base}/revoke/", {"mandate": mandate}).headers["location"].startswith("/sign/")
    assert lender.post(f"/me/mandates/1-{base}/revoke/", {"mandate": f"mandate:{LENDERS[0]}"}).status_code == 404
    assert lender.post(f"/me/mandates/1-{bases(site, LENDERS[0])}/revoke/", {"mandate": mandate}).status_code == 404


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"cap": "0"}, "above zero"), ({"cap": "x"}, "digits"), ({"cap": "1.234"}, "decimals"), ({"until": "2020-01-01"}, "over"),
        ({"until": "2099-01-01"}, "too far"), ({"type": "withdrawal"}, "Choose one"),
    ],
)  # fmt: skip
def test_a_mandate_that_is_written_wrong_says_what_to_do(
    site: Site, lender: Any, change: dict[str, str], told: str
) -> None:
    form = {"type": "bid", "cap": "10", "until": "2026-06-01", **change}
    answer = lender.post(
        f"/me/mandates/grant/?account=1-{bases(site, LENDERS[3])}", form, headers={"accept-language": "en"}
    )
    assert answer.status_code == 200 and told in answer.content.decode()


def test_a_withdrawal_says_before_what_would_refuse_it(site: Site, lender: Any) -> None:
    base = bases(site, LENDERS[3])
    page = lender.get(f"/me/withdraw/?account=1-{base}", headers={"accept-language": "en"}).content.decode()
    assert "You have no card yet" in page


def test_the_fee_and_what_stays_are_shown_before_he_signs(site: Site) -> None:
    """A lender of his own, with a card that has cooled."""
    from cunguan.doors.portals.shell.house import house
    from tests.plane.harness import account, deposit, register

    name = "payer-1"
    assert house().ask(0, register(name)).code.name == "done"
    card = ask(1, f"bind:{name}", "card_binding", holder=name, card=f"card:{name}", payee_hash="h" * 64)
    money = deposit(0, tag=name, lender=name, amount_minor=100_000)
    answers = [house().ask(1, one) for one in (account(1, name, "lender"), money, card)]
    assert [one.code.name for one in answers] == ["done"] * 3
    client, base = site.signed_in("client", f"person:{name}"), bases(site, name)
    address = f"/me/withdraw/?account=1-{base}"
    page = client.get(address, headers={"accept-language": "en"}).content.decode()
    assert "bound a short while ago" in page
    with psycopg.connect(site.url) as owner:  # a day later
        owner.execute("UPDATE card SET cooling_until = bound_date WHERE lane = 1 AND id = %s", (f"card:{name}",))
    look = client.post(address, {"amount": "600.00"}, headers={"accept-language": "en"}).content.decode()
    assert "600.00" in look and "400.00" in look and "Continue and sign" in look
    assert "At most" in client.post(address, {"amount": "1000.01"}, headers={"accept-language": "en"}).content.decode()
    signing = client.post(address, {"amount": "600.00", "step": "confirm"})
    assert signing.headers["location"].startswith("/sign/")


@pytest.mark.parametrize(
    ("named", "fee"), [("", "2.00"), ("fast", "3.00")], ids=["the books' own word", "the profile's item"]
)
def test_a_withdrawal_costs_what_the_platforms_item_says_and_the_client_signs_just_that(
    site: Site, named: str, fee: str
) -> None:
    import json

    from cunguan.desks.signing.models import SignRequest
    from cunguan.doors.portals.shell.house import house
    from tests.plane.harness import account, deposit, register

    name = f"payer-fee-{named}"
    assert house().ask(0, register(name)).code.name == "done"
    plain = {"basis": "fixed", "rate_bp": 0, "cap_minor": 0, "month_cap_minor": 0}
    items = [{"item": "withdrawal_fee", "fixed_minor": 200, **plain}, {"item": "fast", "fixed_minor": 300, **plain}]
    for one in (
        account(1, name, "lender"), deposit(0, tag=name, lender=name, amount_minor=100_000),
        ask(1, f"bind:{name}", "card_binding", holder=name, card=f"card:{name}", payee_hash="h" * 64),
        ask(1, f"fees:{name}", "fee_schedule", schedule=f"s-{name}", version=1, items=items, maker="m1", checker="c1"),
        ask(1, f"agree:{name}", "fee_consent", holder=name, schedule=f"s-{name}", version=1),
    ):  # fmt: skip
        assert house().ask(1, one).code.name == "done", one.id
    client, base = site.signed_in("client", f"person:{name}"), bases(site, name)
    with psycopg.connect(site.url) as owner:  # a day later
        owner.execute("UPDATE card SET cooling_until = bound_date WHERE lane = 1 AND id = %s", (f"card:{name}",))
    if named:
        profile = {"notify_url": "", "fee_schedule": f"s-{name}", "withdrawal_fee_item": named}
        assert site.stack.door().put("/v1/lanmao-profile", profile).status_code == 200
    try:
        address = f"/me/withdraw/?account=1-{base}"
        look = client.post(address, {"amount": "600.00"}, headers={"accept-language": "en"}).content.decode()
        token = client.post(address, {"amount": "600.00", "step": "confirm"})["Location"]
        signed = client.get(token, headers={"accept-language": "en"}).content.decode()
    finally:
        if named:
            site.stack.door().put("/v1/lanmao-profile", {"notify_url": ""})
    assert fee in look
    assert fee in signed, "what he signs says the same"
    body = json.loads(SignRequest.objects.order_by("-id").first().acts[0]["body"])
    assert (body["fee_schedule"], body["fee_item"]) == (f"s-{name}", named or "withdrawal_fee")


def test_withdrawals_of_others_are_not_taken_back(site: Site, lender: Any) -> None:
    base = bases(site, LENDERS[3])
    assert lender.post(f"/me/withdrawals/1-{base}/cancel/", {"withdrawal": "nothing"}).status_code == 404


def test_a_freeze_is_at_once_on_all_platforms_and_told(site: Site) -> None:
    from cunguan.doors.jobs import notices
    from cunguan.doors.portals.shell.house import house
    from tests.plane.harness import register

    assert house().ask(0, register("frozen-1")).code.name == "done"
    client = site.signed_in("client", "person:frozen-1")
    page = client.get("/me/freeze/").content.decode()
    act = page.split('name="act" value="')[1].split('"')[0]
    for _ in range(2):
        assert client.post("/me/freeze/now/", {"act": act}).status_code == 302
    locked = "SELECT p.state, o.reason FROM person p JOIN lock_order o ON o.lane = 0 AND o.id = p.lock WHERE p.id = %s"
    assert site.query(locked, "person:frozen-1") == [("locked", "emergency")]
    house().call(notices.tell)
    assert site.query(
        "SELECT count(*) FROM notices_notice WHERE reader = 'person:frozen-1' AND kind = 'self_frozen'"
    ) == [(1,)]
    assert "act" not in client.get("/me/freeze/").content.decode().split('name="')


@pytest.mark.parametrize("act", ["", "x", "lock:1", "freeze: "])
def test_a_freeze_without_its_number_is_no_page(site: Site, act: str) -> None:
    assert site.signed_in("client").post("/me/freeze/now/", {"act": act}).status_code == 404


def test_a_client_is_called_once_and_by_whom_is_noted(site: Site) -> None:
    client, staff = site.signed_in("client", "person:calls-1"), site.signed_in("staff", roles=("maker",))
    for _ in range(2):
        assert client.post("/me/help/", {"about": "lost"}).status_code == 302
    waits = "SELECT id, called_by FROM notices_callback WHERE person = 'person:calls-1'"
    ((number, by),) = site.query(waits)
    assert by == "" and "person:calls-1" in staff.get("/custodian/callbacks/").content.decode()
    for _ in range(2):
        assert staff.post("/custodian/callbacks/", {"number": number}).status_code == 302
    assert site.query(waits) == [(number, staff.user.reference)]
    assert client.post("/me/help/", {"about": "gossip"}).status_code == 404
    assert site.signed_in("staff", roles=("viewer",)).get("/custodian/callbacks/").status_code == 403
