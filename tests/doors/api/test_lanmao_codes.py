"""Each code of the dialect, over real HTTP; and that a request under a used number changes nothing."""

import base64
import json
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from cunguan.doors.api import rates
from cunguan.doors.api.context import Clock
from cunguan.doors.api.lanmao import protocol
from cunguan.keys import pkcs1
from cunguan.keys.algorithms import algorithm
from tests.doors.api.harness import Stack, served, set_profile
from tests.doors.api.lanmao_platform import ZONE, Platform, number
from tests.doors.api.test_lanmao_loan import listed, opened, paid_in


@pytest.fixture(scope="module")
def platform(stack: Stack) -> Platform:
    return Platform(stack)


@pytest.fixture(scope="module")
def lender(platform: Platform) -> str:
    return opened(platform, "INVESTOR", authList="TENDER", amount="50.00", failTime="20270301")


def refused(platform: Platform, form: dict[str, str], path: str = "/service") -> str:
    told = platform.post(path, form).json()
    assert (told["code"], told["status"]) == ("1", "INIT"), told
    assert told["errorMessage"]
    return str(told["errorCode"])


def query(platform: Platform, **changed: str) -> dict[str, str]:
    return platform.form("QUERY_PROJECT_INFORMATION", {"projectNo": "none"}, **changed)


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"reqData": "{"}, "100003"),  # the signature comes before the content
        ({"sign": "not base64!"}, "100003"),
        ({"sign": base64.b64encode(b"x" * 384).decode()}, "100003"),
        ({"keySerial": "none"}, "100003"),
        ({"platformNo": "nobody"}, "100004"),
        ({"platformNo": "P1"}, "100003"),
        ({"serviceName": "NO_SUCH_SERVICE"}, "100006"),
        ({"serviceName": "WITHDRAW"}, "100006"),  # not by this path
        ({"userDevice": "TV"}, "100002"),
        ({"sign": ""}, "100002"),
        ({}, "100007"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_message_has_its_code(platform: Platform, changed: dict[str, str], code: str) -> None:
    assert refused(platform, query(platform, **changed)) == code


class Still(Clock):
    """A clock that stands, a second after the platform's key was made."""

    def __init__(self) -> None:
        self.at = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=1)

    def now(self) -> datetime:
        return self.at


@pytest.fixture(scope="module")
def alone(
    stack: Stack, platform: Platform, lender: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Platform, Still]]:
    """The same platform at another door of the same custodian, without a plane, whose clock stands.

    The lender is opened before: the custodian's secrets are there when they are copied.
    """
    home, clock = tmp_path_factory.mktemp("alone") / "home", Still()
    shutil.copytree(stack.home, home, ignore=shutil.ignore_patterns("*.sock"))
    with served(stack.url, home, clock=clock, patience_seconds=0.2) as second:
        yield platform.at(second.address), clock


@pytest.mark.parametrize(("seconds", "code"), [(-601, "100002"), (-600, "100007"), (600, "100007"), (601, "100002")])
def test_a_timestamp_is_ten_minutes_off_at_most(alone: tuple[Platform, Still], seconds: int, code: str) -> None:
    platform, clock = alone
    at = (clock.at + timedelta(seconds=seconds)).astimezone(ZONE)
    form = platform.form("QUERY_PROJECT_INFORMATION", {"projectNo": "x", "timestamp": at.strftime("%Y%m%d%H%M%S")})
    assert refused(platform, form) == code


def test_a_door_without_a_plane_says_send_the_same_again_and_then_it_is_done(
    platform: Platform, alone: tuple[Platform, Still]
) -> None:
    user = opened(platform, "INVESTOR", authList="TENDER", amount="5.00", failTime="20270301")
    project = listed(platform, opened(platform, "BORROWERS"), "100.00")
    paid_in(platform, user, "5.00")
    name = number("bid")
    bid = {"requestNo": name, "platformUserNo": user, "bizType": "TENDER", "projectNo": project, "amount": "5.00"}
    form = platform.form("USER_AUTO_PRE_TRANSACTION", bid)
    assert refused(alone[0], form) == "100001"
    found = platform.service("QUERY_TRANSACTION", requestNo=name, transactionType="PRETRANSACTION")["records"]
    assert [one["status"] for one in found] == ["INIT"]
    told = platform.post("/service", form).json()
    assert (told["code"], told["status"]) == ("0", "SUCCESS"), told


@pytest.mark.parametrize(
    "text",
    ["[]", "{", '{"a":1,"a":2}', '{"timestamp":NaN}', '{"timestamp":"2026"}', '{"x":"\\u0000"}', '{"x":["\\ud800"]}'],
)
def test_data_that_is_no_object_of_json_is_told_so(platform: Platform, text: str) -> None:
    signed = base64.b64encode(platform.signer.sign(text.encode())).decode()
    assert refused(platform, query(platform, reqData=text, sign=signed)) == "100002"


def test_who_cannot_sign_waits_and_takes_nothing_of_the_platforms_rate(
    platform: Platform, stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(protocol, "FAILURES", 3.0)
    monkeypatch.setattr(rates, "FAILURES_PER_SECOND", 0.001)
    monkeypatch.setattr(protocol, "_failures", rates.Buckets())
    set_profile(stack.url, 2, rate=1, burst=2)
    try:
        forged = query(platform, sign=base64.b64encode(b"x" * 384).decode())
        assert [refused(platform, forged) for _ in range(5)] == ["100003"] * 3 + ["100001"] * 2
        monkeypatch.setattr(protocol, "_failures", rates.Buckets())
        assert [refused(platform, query(platform)) for _ in range(2)] == ["100007"] * 2
    finally:
        set_profile(stack.url, 2)


def test_a_platform_that_is_not_active_is_told_so(platform: Platform, stack: Stack) -> None:
    stack.query("UPDATE platform SET state = 'suspended' WHERE id = 'P2' RETURNING 1")
    try:
        assert refused(platform, query(platform)) == "100005"
    finally:
        stack.query("UPDATE platform SET state = 'active' WHERE id = 'P2' RETURNING 1")


def test_business_codes(platform: Platform, lender: str) -> None:
    def code(name: str, **data: Any) -> str:
        return str(platform.service(name, requestNo=number("n"), **data)["errorCode"])

    borrower = opened(platform, "BORROWERS")
    project = listed(platform, borrower, "100.00")
    auto = {"bizType": "TENDER", "projectNo": project, "amount": "1.00"}
    assert code("USER_AUTO_PRE_TRANSACTION", platformUserNo="nobody", **auto) == "100009"
    assert code("USER_AUTO_PRE_TRANSACTION", platformUserNo=borrower, **auto) == "100011"
    assert code("USER_AUTO_PRE_TRANSACTION", platformUserNo=lender, **auto) == "100014"
    assert (
        code("USER_AUTO_PRE_TRANSACTION", platformUserNo=lender, **{**auto, "amount": "60.00"}) == "100011"
    )  # its limit
    assert code("USER_AUTO_PRE_TRANSACTION", platformUserNo=lender, **{**auto, "amount": "1.001"}) == "100002"
    assert code("SYNC_TRANSACTION", tradeType="REPAYMENT", projectNo=project, details=[
        {"bizType": "REPAYMENT", "amount": "1", "freezeRequestNo": "x"}]) == "100015"  # fmt: skip
    assert code("MODIFY_PROJECT", projectNo=project, status="FINISH") == "100015"
    assert code("SYNC_TRANSACTION", tradeType="TENDER", projectNo=project, details=[
        {"bizType": "TENDER", "amount": "1", "freezeRequestNo": "x"}]) == "100008"  # fmt: skip
    company = number("U")
    platform.gateway("ENTERPRISE_REGISTER", requestNo=number("e"), platformUserNo=company, enterpriseName="某公司",
                     unifiedCode=number("C"), userRole="BORROWERS")  # fmt: skip
    told = platform.gateway("ENTERPRISE_BIND_BANKCARD", requestNo=number("b"), platformUserNo=company, bankcardNo="1")
    assert (told["status"], told["errorCode"]) == ("FAIL", "100010"), told
    assert (
        platform.service("MODIFY_PROJECT", requestNo=number("m"), projectNo=project, status="MISCARRY")["status"]
        == "SUCCESS"
    )


def test_the_first_answer_stands_byte_for_byte_and_another_content_is_refused(platform: Platform, lender: str) -> None:
    name = number("same")
    data = {"requestNo": name, "platformUserNo": lender, "bizType": "TENDER", "projectNo": "none", "amount": "1.00"}
    first, second = (platform.post("/service", platform.form("USER_AUTO_PRE_TRANSACTION", data)) for _ in range(2))
    assert (first.content, first.headers["sign"]) == (second.content, second.headers["sign"])
    assert refused(platform, platform.form("USER_AUTO_PRE_TRANSACTION", {**data, "amount": "2.00"})) == "100013"
    assert refused(platform, platform.form("FREEZE", {**data})) == "100013"


@pytest.mark.parametrize("name", ["timer:X:2030-01-01", "bank:demobank:1:paid", "n-1:again"])
def test_a_number_of_the_custodians_form_is_not_taken(platform: Platform, lender: str, name: str) -> None:
    told = platform.service("FREEZE", requestNo=name, platformUserNo=lender, amount="1.00")
    assert told["errorCode"] == "100002"


def test_a_client_may_decline_and_the_platform_is_told(platform: Platform, lender: str) -> None:
    paid_in(platform, lender, "10.00")
    told = platform.service("FREEZE", requestNo=number("f"), platformUserNo=lender, amount="1.00")
    assert told["status"] == "INIT"
    assert "declined" in platform.walk(told["page"], "decline")["page"]


def test_an_amount_is_set_aside_and_let_go(platform: Platform, lender: str) -> None:
    paid_in(platform, lender, "5.00")
    name = number("f")
    told = platform.service("FREEZE", requestNo=name, platformUserNo=lender, amount="5.00")
    assert "It is done" in platform.walk(told["page"])["page"]
    told = platform.service("UNFREEZE", requestNo=number("u"), originalFreezeRequestNo=name, amount="5.00")
    assert (told["code"], told["amount"]) == ("0", "5.00"), told


def test_sha1_is_taken_from_a_platform_whose_profile_says_so_and_from_no_other(
    platform: Platform, stack: Stack
) -> None:
    pem = pkcs1.generate()
    key = pkcs1.PrivateKey(pem)
    stack.query(
        "UPDATE door_key SET public_key = %s WHERE id = %s RETURNING 1",
        algorithm("rsa-v1_5-sha256").read(key.public_pem), platform.signer.key_id,
    )  # fmt: skip
    data = {"projectNo": "none", "timestamp": datetime.now(ZONE).strftime("%Y%m%d%H%M%S")}
    text = json.dumps(data)
    form = query(platform, reqData=text, sign=base64.b64encode(key.sign(text.encode(), sha1=True)).decode())
    assert refused(platform, form) == "100003"
    allow(stack, True)
    try:
        answer = platform.post("/service", form)
        assert answer.json()["errorCode"] == "100007"
        assert "legacy" in answer.headers["warning"]
        platform.check(answer.content, answer.headers["sign"], sha1=True)
    finally:
        allow(stack, False)


def allow(stack: Stack, sha1: bool) -> None:
    stack.query(
        "INSERT INTO door_profile (for_lane, legacy_rsa_sha1, rate_per_second, burst) VALUES (2, %s, 200, 400) "
        "ON CONFLICT (for_lane) DO UPDATE SET legacy_rsa_sha1 = excluded.legacy_rsa_sha1 RETURNING 1", sha1,
    )  # fmt: skip
