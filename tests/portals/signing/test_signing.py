"""The page that is signed: what he saw is what is done, once, in time, in his session, by his own verified passkey."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from cunguan.doors.api import authorisations, openings
from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Instruction
from cunguan.keys import webauthn
from tests.doors.api.harness import Door
from tests.keys.passkey import Passkey
from tests.plane.harness import account, deposit, register
from tests.portals.harness import Site
from tests.portals.signing.hands import Hands, told

MONEY = 10_000_000
#: what a newcomer says of himself
WHO = {
    "name": "李雷", "id_type": "resident_id", "id_number": "11010519491231002X", "card": "6222021001010001003",
    "mobile": "13800001234", "agrees_data": "on", "agrees_risks": "on",
}  # fmt: skip


@pytest.fixture(scope="module")
def door(site: Site) -> Door:
    return site.stack.door()


@pytest.fixture(scope="module")
def hands(site: Site, door: Door) -> Hands:
    """A newcomer whom a platform brought, who opened his account by his passkey, and has money."""
    made = opened(site, door, "SG1")
    assert house_ask(1, deposit(0, tag="sg", lender="SG1", amount_minor=MONEY)) is Code.done
    return made


def house_ask(lane: int, instruction: Any) -> Code:
    from cunguan.doors.portals.shell.house import house

    return house().ask(lane, instruction).code


def asked(door: Door, path: str, body: dict[str, Any]) -> str:
    """Return the page's address that a platform is answered with, at the portal."""
    response = door.post(path, body)
    assert response.status_code == 200, response.text
    return f"/sign/ask/{response.json()['page'].rpartition('/')[2]}/"


def opened(site: Site, door: Door, holder: str) -> Hands:
    """Let a platform bring a client, who opens his account at the portal."""
    made = Hands(site, reference=f"p-{uuid.uuid4().hex[:8]}")
    page = asked(
        door,
        "/v1/openings",
        {"id": f"open-{holder}", "holder": holder, "person": f"person:{holder}", "role": "lender", "pool": "main"},
    )
    assert made.client.get(page).status_code == 200
    assert made.client.post(page, {"answer": "sign"})["Location"] == page.replace("/sign/ask/", "/me/open/asked/")
    address = made.client.post(page.replace("/sign/ask/", "/me/open/asked/"), WHO)["Location"]
    response = made.sign(address)
    assert response.status_code == 302, response.content.decode()
    assert [one.code for one in made.outcome(address)] == [Code.done]
    made.user.refresh_from_db()
    assert made.user.reference == f"person:{holder}"
    return made


def limit(hands: Hands, each: int = 500_000, holder: str = "SG1") -> str:
    return hands.begin("client_limit", holder=holder, each_minor=each, day_minor=each)


def nothing_was_signed(site: Site, address: str) -> bool:
    from cunguan.desks.signing.models import SignAssertion
    from cunguan.doors.portals.signing.keeping import _hash

    return not SignAssertion.objects.filter(request__token_hash=_hash(address.split("/")[2])).exists()


# ── what stands ──────────────────────────────────────────────────────────────
def test_an_account_is_opened_by_the_passkey_of_the_client_whom_a_platform_brought(site: Site, hands: Hands) -> None:
    key = site.query("SELECT evidence_kind, public_key, state FROM client_key WHERE lane = 1 AND holder = 'SG1'")
    assert (key[0][0], bytes(key[0][1]), key[0][2]) == ("webauthn_es256", hands.passkey.public_key, "active")


def test_what_is_signed_is_done_and_its_text_and_assertion_are_kept(site: Site, hands: Hands) -> None:
    address = hands.begin("bid_hold", 1, "sg-bid-1", lender="SG1", listing="X0", amount_minor=60_000)
    page = hands.page(address)
    assert "USD 600.00" in page.html
    assert "X0" in page.html
    response = hands.sign(address, page=page)
    assert (response.status_code, response["Location"]) == (302, f"/me/?signed={address.split('/')[2]}")
    assert [one.code for one in hands.outcome(address)] == [Code.done]
    kind, key, challenge, evidence, body = site.query(
        "SELECT a.evidence_kind, a.public_key, a.challenge, a.evidence, i.body FROM authority a JOIN instruction i USING (lane, seq) "
        "WHERE i.lane = 1 AND i.id = 'sg-bid-1'"
    )[0]
    assert webauthn.verify(kind, bytes(key), bytes(challenge), bytes(evidence), bytes(body))
    assert page.shown in bytes(webauthn.decode(bytes(evidence)).shown)


def test_one_touch_signs_several_instructions(hands: Hands) -> None:
    from cunguan.operations import bid_hold, client_limit

    address = hands.want([
        (1, Instruction("sg-two-1", "bid_hold", bid_hold.Body("SG1", "X0", 100))),
        (1, Instruction("sg-two-2", "client_limit", client_limit.Body("SG1", 900_000, 0))),
    ])  # fmt: skip
    assert hands.sign(address).status_code == 302
    assert [one.code for one in hands.outcome(address)] == [Code.done, Code.done]


def test_the_page_shows_every_field_in_chinese_too(hands: Hands) -> None:
    address = limit(hands)
    html = hands.client.get(address, headers={"accept-language": "zh-CN"}).content.decode()
    for words in ("调整提现限额", "单笔限额", "单日限额", "USD 5,000.00", "SG1"):
        assert words in html


def test_a_page_that_is_opened_again_has_another_nonce_and_either_may_be_signed_in_time(hands: Hands) -> None:
    address = limit(hands)
    first, second = hands.page(address), hands.page(address)
    assert first.nonce != second.nonce
    assert hands.sign(address, page=first).status_code == 302


# ── what does not ────────────────────────────────────────────────────────────
def test_a_user_whom_the_device_did_not_verify_is_refused(site: Site, hands: Hands) -> None:
    address = limit(hands)
    assert "Touch" not in told(hands.sign(address, flags=0x01))
    assert nothing_was_signed(site, address)


@pytest.mark.parametrize(
    "how",
    [{"origin": "http://localhost.example:8423"}, {"origin": "http://localhost:9999"}, {"origin": "https://evil.example"},
     {"crossOrigin": True}, {"type": "webauthn.create"}, {"challenge": "AAAA"}, {"site": bytes(32)}],
    ids=str,
)  # fmt: skip
def test_another_page_or_another_site_is_refused(site: Site, hands: Hands, how: dict[str, Any]) -> None:
    address = limit(hands)
    told(hands.sign(address, **how))
    assert nothing_was_signed(site, address)


def test_an_altered_page_is_refused(site: Site, hands: Hands) -> None:
    address = limit(hands)
    page = hands.page(address)
    blob = hands.blob(page.shown.replace(b"5,000.00", b"9,000.00"))
    told(hands.send(address, page.nonce, blob))
    assert nothing_was_signed(site, address)


def test_a_replay_is_refused(site: Site, hands: Hands) -> None:
    address, other = limit(hands, 400_000), limit(hands, 300_000)
    page = hands.page(address)
    blob = hands.blob(page.shown)
    assert hands.send(address, page.nonce, blob).status_code == 302
    told(hands.send(other, hands.page(other).nonce, blob))
    told(hands.send(other, page.nonce, blob))
    assert nothing_was_signed(site, other)
    again = hands.send(address, page.nonce, blob)  # the same once more: it leads back, and nothing is done twice
    assert again.status_code == 302
    count = "SELECT count(*) FROM signing_assertion a JOIN signing_shown p ON p.id = a.page_id WHERE p.nonce = %s"
    assert site.query(count, page.nonce) == [(1,)]


def test_another_users_passkey_is_refused(site: Site, hands: Hands) -> None:
    other = Hands(site)
    address = limit(hands)
    page = hands.page(address)
    told(hands.send(address, page.nonce, hands.blob(page.shown, other.passkey), other.credential_id))
    told(hands.send(address, page.nonce, hands.blob(page.shown, other.passkey)))
    assert nothing_was_signed(site, address)


def test_another_users_page_does_not_exist_and_his_own_is_over_in_another_session(site: Site, hands: Hands) -> None:
    address = limit(hands)
    assert Hands(site).client.get(address).status_code == 404
    from django.test import Client

    elsewhere = Client(headers={"host": "localhost"})
    elsewhere.force_login(hands.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    for answer in (elsewhere.get(address), elsewhere.post(address, {})):
        assert answer.status_code == 410 and b"data-sign" not in answer.content, (
            "he is told to begin again, and shown nothing"
        )
    assert nothing_was_signed(site, address)
    assert site.anybody().get(address).status_code == 302  # to the sign-in page


def test_another_clients_account_is_refused(site: Site, hands: Hands) -> None:
    thief = Hands(site, reference=f"person:thief-{uuid.uuid4().hex[:6]}")
    address = limit(thief)
    response = thief.client.get(address)
    if response.status_code == 200:
        told(thief.sign(address))
    assert nothing_was_signed(site, address)


def test_a_page_that_is_older_than_two_minutes_is_shown_anew(site: Site, hands: Hands) -> None:
    address = limit(hands)
    page = hands.page(address)
    older = timedelta(seconds=120)
    site.stack.query(
        "WITH u AS (UPDATE signing_shown SET shown_at = shown_at - %s, expires_at = expires_at - %s WHERE nonce = %s RETURNING 1) "
        "SELECT 1 FROM u",
        older, older, page.nonce,
    )  # fmt: skip
    answer = told(hands.sign(address, page=page))
    assert page.nonce not in answer
    assert nothing_was_signed(site, address)


def test_the_rows_of_a_signature_are_never_changed(site: Site, hands: Hands) -> None:
    from django.db import ProgrammingError, connection, transaction

    for table in ("signing_request", "signing_shown", "signing_assertion"):
        for act in (f"DELETE FROM {table}", f"UPDATE {table} SET id = id"):
            with (
                pytest.raises(ProgrammingError, match="permission denied"),
                transaction.atomic(),
                connection.cursor() as cursor,
            ):
                cursor.execute(act)


def test_what_cannot_be_read_is_refused_in_words(hands: Hands) -> None:
    address = limit(hands)
    for credential in ("", "{}", "[" * 5_000, '{"rawId":5}', '{"rawId":"AA","response":{}}'):
        told(hands.client.post(address, {"nonce": hands.page(address).nonce, "credential": credential}))
    told(hands.client.post(address, {"nonce": "of nobody", "credential": "{}"}))


def test_payouts_stand_still_after_a_recovery(site: Site, door: Door) -> None:
    from cunguan.desks.people.freezes import RECOVERY, freeze

    made = opened(site, door, "SG2")
    freeze(made.user, RECOVERY, datetime.now(UTC))
    address = limit(made, holder="SG2")
    html = made.client.get(address).content.decode()
    assert "data-sign" not in html
    from cunguan.desks.signing.models import SignShown

    page = SignShown.objects.order_by("-id").first()
    told(made.send(address, page.nonce, made.blob(bytes(page.shown))))
    assert nothing_was_signed(site, address)


# ── what a platform asks ─────────────────────────────────────────────────────
def test_a_platforms_request_is_signed_by_the_one_who_is_asked_alone(site: Site, door: Door, hands: Hands) -> None:
    body = {"id": "sg-asked-1", "kind": "bid_hold", "body": {"lender": "SG1", "listing": "X0", "amount_minor": 700}}
    page = asked(door, "/v1/authorisations", body)
    assert Hands(site).client.get(page).status_code == 404
    assert site.signed_in("staff").get(page).status_code == 404
    address = hands.client.post(page, {"answer": "sign"})["Location"]
    assert hands.sign(address)["Location"].startswith(page)
    assert door.get("/v1/authorisations/sg-asked-1").json()["answer"]["status"] == "done"
    assert hands.client.get(page).status_code == 200
    assert hands.client.post(page, {"answer": "sign"}).status_code == 200  # decided already: nothing more is asked


def test_a_platforms_request_may_be_declined(door: Door, hands: Hands) -> None:
    body = {"id": "sg-asked-2", "kind": "bid_hold", "body": {"lender": "SG1", "listing": "X0", "amount_minor": 700}}
    page = asked(door, "/v1/authorisations", body)
    assert hands.client.post(page, {"answer": "decline"}).status_code == 302
    assert door.get("/v1/authorisations/sg-asked-2").json()["state"] == "declined"


def test_nobody_becomes_a_person_whom_the_books_or_another_user_know(site: Site, door: Door, hands: Hands) -> None:
    body = {"id": "sg-open-again", "holder": "SG1b", "person": "person:SG1", "role": "borrower", "pool": "main"}
    page = asked(door, "/v1/openings", body)
    assert Hands(site, reference=f"p-{uuid.uuid4().hex[:8]}").client.get(page).status_code == 404
    assert hands.client.get(page).status_code == 200


def test_what_the_plane_has_not_answered_is_told_as_waiting_and_handed_in_again(
    site: Site, hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    from cunguan.doors.portals.shell.house import house
    from cunguan.doors.portals.signing import handing

    async def never(*_: Any) -> None:
        raise OSError("the plane is away")

    address = hands.begin("bid_hold", 1, "sg-late", lender="SG1", listing="X0", amount_minor=800)
    with monkeypatch.context() as away:
        away.setattr(handing, "hand_in", never)
        assert hands.sign(address).status_code == 302
    assert [one.code for one in hands.outcome(address)] == [Code.in_doubt]
    found = house().call(authorisations.find, 1, "sg-late")
    assert (found.state, found.answer) == ("confirmed", None)
    house().call(authorisations.hand_in, found)
    assert [one.code for one in hands.outcome(address)] == [Code.done]


# ── step-up, keys ────────────────────────────────────────────────────────────
def test_a_step_up_is_good_for_these_lines_for_two_minutes_in_this_session(site: Site, hands: Hands) -> None:
    lines = [("导出", "账户明细")]
    address = hands.step_up("data_export", lines)["Location"]
    assert hands.sign(address).status_code == 302
    assert hands.step_up("data_export", lines) is None
    assert hands.step_up("data_export", [("导出", "全部")]) is not None
    assert hands.step_up("limit_raise", lines) is not None
    from cunguan.doors.portals.signing.done import signed_text

    kept = hands.within(lambda request: signed_text(request, "data_export"))
    assert bytes(kept.public_key) == hands.passkey.public_key
    site.stack.query(
        "WITH u AS (UPDATE signing_assertion SET signed_at = signed_at - interval '121 s' WHERE id = %s RETURNING 1) SELECT 1 FROM u",
        kept.pk,
    )
    assert hands.step_up("data_export", lines) is not None


def test_staff_sign_acts_too(site: Site) -> None:
    staff = Hands(site, "staff", roles=["checker"])
    address = staff.step_up("approval", [("调账", "CNY 100.00")])["Location"]
    assert staff.sign(address).status_code == 302
    assert staff.step_up("approval", [("调账", "CNY 100.00")]) is None


def test_a_second_passkey_confirms_only_after_it_was_added_by_the_first(site: Site, hands: Hands) -> None:
    from tests.portals.signing.hands import keep_passkey

    second, second_id = Passkey(site="localhost"), uuid.uuid4().bytes
    keep_passkey(hands.user, second, second_id)
    address = limit(hands, 200_000)
    page = hands.page(address)
    told(hands.send(address, page.nonce, hands.blob(page.shown, second), second_id))
    listed = hands.client.get("/sign/keys/").content.decode()
    word = webauthn_word(second)
    assert f'value="{word}"' in listed
    added = hands.client.post("/sign/keys/", {"add": word})["Location"]
    assert hands.sign(added).status_code == 302
    assert [one.code for one in hands.outcome(added)] == [Code.done]
    page = hands.page(address)
    assert hands.send(address, page.nonce, hands.blob(page.shown, second), second_id).status_code == 302
    key = site.query(
        "SELECT id FROM client_key WHERE lane = 1 AND holder = 'SG1' AND public_key = %s", second.public_key
    )[0][0]
    removed = hands.client.post("/sign/keys/", {"remove": f"1:{key}"})["Location"]
    assert hands.sign(removed).status_code == 302
    assert [one.code for one in hands.outcome(removed)] == [Code.done]


def webauthn_word(passkey: Passkey) -> str:
    import hashlib

    return hashlib.sha256(passkey.public_key).hexdigest()[:16]


def test_a_test_client_of_the_sandbox_signs_by_his_passkey_and_the_test_key_confirms(site: Site) -> None:
    from cunguan.doors.portals.shell.house import house

    for lane, one in ((0, register("SG3")), (1, account(1, "SG3", "lender"))):
        assert house().ask(lane, one).code is Code.done
    made = Hands(site, reference="person:SG3")
    address = limit(made, holder="SG3")
    assert made.sign(address).status_code == 302
    assert [one.code for one in made.outcome(address)] == [Code.done]


def test_limits_are_told_as_they_are_and_as_they_will_be(hands: Hands) -> None:
    from cunguan.doors.portals.signing.limits import limit_of

    address = limit(hands, 100_000)
    assert hands.sign(address).status_code == 302
    found = hands.within(lambda request: limit_of(1, "SG1"))
    assert (found.each_minor, found.day_minor, found.later_at) == (100_000, 100_000, None)
    address = limit(hands, 150_000)
    assert hands.sign(address).status_code == 302
    found = hands.within(lambda request: limit_of(1, "SG1"))
    assert (found.each_minor, found.later_each_minor) == (100_000, 150_000)
    assert found.later_at is not None


def test_openings_and_instructions_have_one_form(hands: Hands) -> None:
    body = msgspec.json.decode(b'{"holder":"a","person":"b","role":"lender","pool":"main"}', type=openings.Body)
    assert openings.text_of(1, "x", body).payee == "b"


# ── codes for low amounts ────────────────────────────────────────────────────
@pytest.fixture
def coded(site: Site, door: Door, request: pytest.FixtureRequest) -> Hands:
    """A client with a code generator, whose account the custodian's key for his codes was added to by his passkey."""
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    from cunguan.doors.portals.people import locks

    holder = f"CD{uuid.uuid4().hex[:6]}"
    made = opened(site, door, holder)
    made.holder = holder  # type: ignore[attr-defined]
    assert house_ask(1, deposit(0, tag=holder, lender=holder, amount_minor=MONEY)) is Code.done
    made.secret = generate_totp_secret()  # type: ignore[attr-defined]
    with locks.whose(made.user):
        TOTP.activate(made.user, made.secret)  # type: ignore[attr-defined]
    added = made.client.post("/sign/keys/", {"add": "code"})["Location"]
    assert made.sign(added).status_code == 302
    assert [one.code for one in made.outcome(added)] == [Code.done]
    return made


def code_now(secret: str) -> str:
    from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time

    return str(format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time())))))


def by_code(hands: Any, address: str, code: str) -> Any:
    return hands.client.post(f"{address}code/", {"nonce": hands.page(address).nonce, "code": code})


def test_a_code_confirms_a_low_amount_once_and_the_books_say_by_whose_word(site: Site, coded: Any) -> None:
    address = coded.begin("bid_hold", 1, f"code-{coded.holder}", lender=coded.holder, listing="X0", amount_minor=10_000)
    other = coded.begin("bid_hold", lender=coded.holder, listing="X0", amount_minor=9_999)
    assert 'autocomplete="one-time-code"' in coded.page(address).html
    told(by_code(coded, address, "000000" if code_now(coded.secret) != "000000" else "111111"))
    code = code_now(coded.secret)
    assert by_code(coded, address, code).status_code == 302
    assert [one.code for one in coded.outcome(address)] == [Code.done]
    kind = site.query(
        "SELECT a.evidence_kind FROM authority a JOIN instruction i USING (lane, seq) WHERE i.id = %s",
        f"code-{coded.holder}",
    )
    assert kind == [("otp_ed25519",)]
    told(by_code(coded, other, code))  # the same code again
    assert nothing_was_signed(site, other)


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("bid_hold", {"listing": "X0", "amount_minor": 10_001}),
        ("mandate_grant", {"type": "bid", "cap_minor": 100, "until": "2099-12-31"}),
        ("card_binding", {"card": "c", "payee_hash": "h"}),
        ("client_limit", {"each_minor": 1, "day_minor": 1}),
        ("key_removal", {"key_id": "k"}),
    ],
)
def test_a_code_is_never_enough_for_more_or_for_what_opens_a_way_out(
    site: Site, coded: Any, kind: str, body: dict[str, Any]
) -> None:
    owner = "lender" if kind == "bid_hold" else "holder"
    address = coded.begin(kind, **{owner: coded.holder, **body})
    assert "one-time-code" not in coded.page(address).html
    told(by_code(coded, address, code_now(coded.secret)))
    assert nothing_was_signed(site, address)
