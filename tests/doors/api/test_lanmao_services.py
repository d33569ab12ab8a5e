"""The services of the dialect one by one, over real HTTP: a platform of its own, with a company, cards, a claim that is sold."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest

from cunguan.doors.api.context import Clock, Context
from cunguan.doors.api.lanmao import notify
from cunguan.doors.jobs import lanmao as jobs
from cunguan.kernel.codes import Code
from cunguan.kernel.ids import close_id
from cunguan.kernel.instruction import Instruction
from tests.doors.api.harness import Door, Stack, set_profile
from tests.doors.api.lanmao_platform import Platform, hearing, number
from tests.doors.api.test_authorisation_sweep import within
from tests.doors.api.test_lanmao_loan import listed, opened, paid_in, project_of, user_of
from tests.plane import harness as plane

LANE, NAME = 3, "P3"


@pytest.fixture(scope="module")
def platform(stack: Stack) -> Platform:
    """P3, whose days are its own: money leaves to a card on the day after its binding."""
    done(stack, 0, plane.ask(
        0, "platform:3", "platform_registration", platform=NAME, lane=LANE, sandbox=True, pack="none_recorded", **plane.NAMES
    ))  # fmt: skip
    done(stack, LANE, plane.ask(
        LANE, "open:3", "lane_opening", platform=NAME, sandbox=True, business_date=plane.DAY, pack="none_recorded",
        pools=[{"id": "main", "currency": "CNY", "regime": "lending"}],
        bank_accounts=[{"id": "bank", "pool": "main", "channel": "demobank", "reference": "r3"}], **plane.NAMES,
    ))  # fmt: skip
    set_profile(stack.url, LANE)
    return Platform(stack, NAME)


@pytest.fixture(scope="module")
def door(stack: Stack, platform: Platform) -> Iterator[Door]:
    made = stack.door(NAME)
    yield made
    made.http.close()


def done(stack: Stack, lane: int, instruction: Instruction) -> None:
    async def act(context: Context) -> None:
        answer = await context.asks.ask(lane, instruction)
        assert answer.code is Code.done, answer

    within(stack, act)


def asked(platform: Platform, kind: str, name: str) -> dict[str, Any]:
    told = platform.service("QUERY_TRANSACTION", requestNo=name, transactionType=kind)
    assert told["code"] == "0", told
    return dict(told["records"][0])


def refused(told: dict[str, Any]) -> str:
    assert told["code"] == "1" and told["errorMessage"], told
    return str(told["errorCode"])


def pressed(platform: Platform, told: dict[str, Any], button: str = "confirm") -> str:
    assert (told["code"], told["status"]) == ("0", "INIT"), told
    return str(platform.walk(told["page"], button)["page"])


# ── accounts and cards ───────────────────────────────────────────────────────
def test_a_company_waits_for_the_review_and_has_its_card_afterwards(platform: Platform, stack: Stack) -> None:
    company, name = number("U"), number("e")
    told = platform.gateway(
        "ENTERPRISE_REGISTER", requestNo=name, platformUserNo=company, enterpriseName="某公司", unifiedCode=number("C"),
        userRole="BORROWERS",
    )  # fmt: skip
    assert (told["status"], told["auditStatus"]) == ("SUCCESS", "AUDIT")
    assert (user_of(platform, company)["auditStatus"], user_of(platform, company)["userType"]) == (
        "AUDIT",
        "ORGANIZATION",
    )
    done(stack, LANE, plane.ask(
        LANE, number("review"), "account_review", holder=company, passed=True, reason="", **plane.NAMES
    ))  # fmt: skip
    told = platform.gateway(
        "ENTERPRISE_BIND_BANKCARD", requestNo=number("b"), platformUserNo=company, bankcardNo="6228"
    )
    assert (told["status"], told["bankcardNo"]) == ("SUCCESS", "6228"), told
    assert user_of(platform, company)["auditStatus"] == "PASSED" and user_of(platform, company)["bankcardNo"]
    assert asked(platform, "REGISTER", name)["serviceName"] == "ENTERPRISE_REGISTER"
    nameless = {"platformUserNo": number("U"), "enterpriseName": "某公司", "userRole": "BORROWERS"}
    assert refused(platform.gateway("ENTERPRISE_REGISTER", requestNo=number("e"), **nameless)) == "100002"


def test_who_declines_is_told_of_without_a_word_of_success(platform: Platform) -> None:
    user, name = number("U"), number("open")
    told = platform.gateway(
        "PERSONAL_REGISTER_EXPAND", "decline", requestNo=name, platformUserNo=user, realName="张三", idCardNo=number("ID"),
        userRole="INVESTOR",
    )  # fmt: skip
    assert (told["code"], told["status"], told["errorCode"]) == ("1", "FAIL", "100008")
    assert "auditStatus" not in told and "auditStatus" not in asked(platform, "REGISTER", name)
    assert refused(platform.service("QUERY_USER_INFORMATION", platformUserNo=user)) == "100009"


def test_a_card_is_unbound_from_an_empty_account_alone(platform: Platform) -> None:
    user = opened(platform, "INVESTOR", bankcardNo=number("6222"))
    paid_in(platform, user, "1.00")
    assert refused(platform.gateway("UNBIND_BANKCARD", requestNo=number("u"), platformUserNo=user)) == "100008"
    empty, name = opened(platform, "INVESTOR", bankcardNo=number("6222")), number("u")
    assert platform.gateway("UNBIND_BANKCARD", requestNo=name, platformUserNo=empty)["status"] == "SUCCESS"
    assert (user_of(platform, empty)["bankcardNo"], asked(platform, "UNBIND_BANKCARD", name)["status"]) == (
        "",
        "SUCCESS",
    )
    assert refused(platform.gateway("UNBIND_BANKCARD", requestNo=number("u"), platformUserNo=empty)) == "100007"


def test_authorities_are_given_and_taken_back(platform: Platform) -> None:
    user, name = opened(platform, "INVESTOR"), number("auth")
    given = {"authList": "TENDER", "amount": "80.00", "failTime": "20270301"}
    assert platform.gateway("USER_AUTHORIZATION", requestNo=name, platformUserNo=user, **given)["status"] == "SUCCESS"
    assert user_of(platform, user)["authLimitResultList"] == [
        {"authType": "TENDER", "amount": "80.00", "failTime": "20270301"}
    ]
    assert asked(platform, "AUTHORIZATION", name)["authList"] == "TENDER"
    for wrong, code in (
        ({"authList": "WITHDRAW"}, "100008"),
        ({"amount": None}, "100002"),
        ({"failTime": "2027"}, "100002"),
    ):
        told = platform.gateway("USER_AUTHORIZATION", requestNo=number("a"), platformUserNo=user, **{**given, **wrong})
        assert refused(told) == code, told
    taken = {"platformUserNo": user, "authList": "TENDER"}
    told = platform.service("CANCEL_USER_AUTHORIZATION", requestNo=number("c"), **taken)
    assert "It is done" in pressed(platform, told)
    assert user_of(platform, user)["authlist"] == ""
    assert refused(platform.service("CANCEL_USER_AUTHORIZATION", requestNo=number("c"), **taken)) == "100007"


# ── money out ────────────────────────────────────────────────────────────────
def test_a_withdrawal_is_the_clients_own_and_waits_for_the_bank(platform: Platform, stack: Stack) -> None:
    user = opened(platform, "INVESTOR", bankcardNo=number("6222"))
    paid_in(platform, user, "30.00")

    def withdrawn(name: str, amount: str, button: str = "confirm", **more: Any) -> dict[str, Any]:
        return platform.gateway("WITHDRAW", button, requestNo=name, platformUserNo=user, amount=amount, **more)

    told = withdrawn(number("w"), "10.00")
    assert refused(told) == "100008" and "cooling" in told["errorMessage"]
    next_day(stack)
    name = number("w")
    told = withdrawn(name, "10.00")
    assert (told["status"], told["withdrawStatus"], told["amount"]) == ("SUCCESS", "ACCEPT", "10.00"), told
    assert asked(platform, "WITHDRAW", name)["withdrawStatus"] == "ACCEPT"
    assert user_of(platform, user)["availableAmount"] == "20.00" and user_of(platform, user)["freezeAmount"] == "10.00"
    told = withdrawn(number("w"), "1.00", "decline")
    assert (told["status"], told.get("withdrawStatus")) == ("FAIL", None)
    for amount, more, code in (
        ("20.01", {}, "100014"), ("1.00", {"commission": "0.01"}, "100008"), ("1.00", {"withdrawForm": "CONFIRMED"}, "100008"),
        ("0.005", {}, "100002"), ("1e1", {}, "100002"), ("-1.00", {}, "100002"), ("１.00", {}, "100002"), ("+1", {}, "100002"),
    ):  # fmt: skip
        assert refused(withdrawn(number("w"), amount, **more)) == code, amount
    asked_at = platform.form("WITHDRAW", {"requestNo": number("w"), "platformUserNo": user, "amount": "1.00"})
    assert refused(platform.post("/service", asked_at).json()) == "100006", "never without its page"
    assert user_of(platform, user)["availableAmount"] == "20.00"


def next_day(stack: Stack) -> date:
    """End the day of P3, and the custodian's where it is not further."""
    ((day,),) = stack.query("SELECT business_date FROM lane_day WHERE lane = %s", LANE)
    following: date = day + timedelta(days=1)
    for lane in (0, LANE):
        ((here,),) = stack.query("SELECT business_date FROM lane_day WHERE lane = %s", lane)
        if here < following:
            done(stack, lane, plane.ask(lane, close_id(here), "day_close", date=here, next_date=following))
    return following


# ── a project and what follows from it ───────────────────────────────────────
class Loan:
    """A loan of 100.00 at 12 % that one lender, who has 100.00, means to give, or a part of it."""

    def __init__(self, platform: Platform, amount: str = "100.00") -> None:
        self.borrower, self.lender = opened(platform, "BORROWERS"), opened(platform, "INVESTOR")
        self.project, self.bid = listed(platform, self.borrower, "100.00"), number("bid")
        paid_in(platform, self.lender, "100.00")
        bidden(platform, self.bid, self.lender, self.project, amount)

    def detail(self, **changed: Any) -> dict[str, Any]:
        return {"bizType": "TENDER", "freezeRequestNo": self.bid, "sourcePlatformUserNo": self.lender,
                "targetPlatformUserNo": self.borrower, "amount": "100.00", **changed}  # fmt: skip

    def lent(self, platform: Platform, *details: dict[str, Any], name: str = "") -> dict[str, Any]:
        return platform.service(
            "SYNC_TRANSACTION", requestNo=name or number("lend"), tradeType="TENDER", projectNo=self.project,
            details=list(details) or [self.detail()],
        )  # fmt: skip


def bidden(platform: Platform, name: str, lender: str, project: str, amount: str) -> None:
    told = platform.gateway(
        "USER_PRE_TRANSACTION",
        requestNo=name,
        platformUserNo=lender,
        bizType="TENDER",
        amount=amount,
        projectNo=project,
    )
    assert told["status"] == "SUCCESS", told


@pytest.fixture(scope="module")
def loan(platform: Platform) -> Loan:
    """A loan that was paid out."""
    made = Loan(platform)
    told = made.lent(platform)
    assert (told["code"], told["status"]) == ("0", "SUCCESS"), told
    return made


def test_a_loan_goes_out_by_the_books_and_not_by_what_details_say(platform: Platform) -> None:
    made = Loan(platform)
    fee = {"bizType": "COMMISSION", "amount": "1.00"}
    for wrong in (
        [made.detail(targetPlatformUserNo=made.lender)],
        [made.detail(sourcePlatformUserNo=made.borrower)],
        [made.detail(amount="99.99")],
        [made.detail(), made.detail()],
        [made.detail(freezeRequestNo=number("x"))],
        [made.detail(), {**fee, "sourcePlatformUserNo": made.borrower}],
        [made.detail(), {**fee, "sourcePlatformUserNo": made.lender}],
        [made.detail(), {**fee, "targetPlatformUserNo": made.lender}],
        [made.detail(), {"bizType": "MARKETING", "amount": "1.00", "targetPlatformUserNo": made.borrower}],
    ):
        assert refused(made.lent(platform, *wrong)) == "100008", wrong
    assert (project_of(platform, made.project)["loanAmount"], user_of(platform, made.borrower)["balance"]) == (
        "0.00",
        "0.00",
    )


def test_a_bid_is_taken_back_by_its_client_and_a_promise_whole(platform: Platform, loan: Loan) -> None:
    other = Loan(platform, "40.00")
    told = platform.service("CANCEL_PRE_TRANSACTION", requestNo=number("c"), preTransactionNo=other.bid, amount="40.00")
    assert "declined" in pressed(platform, told, "decline")
    name = number("c")
    told = platform.service("CANCEL_PRE_TRANSACTION", requestNo=name, preTransactionNo=other.bid, amount="40.00")
    assert "It is done" in pressed(platform, told)
    assert user_of(platform, other.lender)["availableAmount"] == "100.00"
    assert asked(platform, "CANCEL_PRETRANSACTION", name)["status"] == "SUCCESS"
    held = asked(platform, "PRETRANSACTION", other.bid)
    assert (held["preTransactionStatus"], held["canceledAmount"]) == ("UNFREEZED", "40.00")
    again = platform.service("CANCEL_PRE_TRANSACTION", requestNo=number("c"), preTransactionNo=other.bid, amount="1.00")
    assert refused(again) == "100008"
    promise = promised(platform, loan, "5.00")
    part = platform.service("CANCEL_PRE_TRANSACTION", requestNo=number("c"), preTransactionNo=promise, amount="4.00")
    assert refused(part) == "100008" and "5.00" in part["errorMessage"]
    told = platform.service("CANCEL_PRE_TRANSACTION", requestNo=number("c"), preTransactionNo=promise, amount="5.00")
    assert "It is done" in pressed(platform, told)
    none = platform.service(
        "CANCEL_PRE_TRANSACTION", requestNo=number("c"), preTransactionNo=number("x"), amount="5.00"
    )
    assert refused(none) == "100007"


def promised(platform: Platform, loan: Loan, amount: str) -> str:
    name = number("promise")
    told = platform.gateway(
        "USER_PRE_TRANSACTION", requestNo=name, platformUserNo=loan.borrower, bizType="REPAYMENT", amount=amount,
        projectNo=loan.project,
    )  # fmt: skip
    assert told["status"] == "SUCCESS", told
    return name


def test_a_repayment_gives_each_creditor_his_principal_and_his_interest(platform: Platform) -> None:
    made = Loan(platform)
    assert made.lent(platform)["code"] == "0"
    promise = promised(platform, made, "1.00")
    given = {"authList": "REPAYMENT", "amount": "50.00", "failTime": "20270301"}
    told = platform.gateway("USER_AUTHORIZATION", requestNo=number("a"), platformUserNo=made.borrower, **given)
    assert told["status"] == "SUCCESS", told
    auto, small = (number("auto") for _ in range(2))
    for name, amount in ((auto, "1.00"), (small, "0.99")):
        told = platform.service(
            "USER_AUTO_PRE_TRANSACTION", requestNo=name, platformUserNo=made.borrower, bizType="REPAYMENT", amount=amount,
            projectNo=made.project,
        )  # fmt: skip
        assert (told["code"], told["projectNo"]) == ("0", made.project), told

    def repaid(name: str = "", **changed: Any) -> dict[str, Any]:
        due = {
            "bizType": "REPAYMENT", "freezeRequestNo": promise, "sourcePlatformUserNo": made.borrower,
            "targetPlatformUserNo": made.lender, "amount": "1.00", "income": "1.00", **changed,
        }  # fmt: skip
        return platform.service(
            "SYNC_TRANSACTION",
            requestNo=name or number("repay"),
            tradeType="REPAYMENT",
            projectNo=made.project,
            details=[due],
        )

    for wrong, code in (
        ({"targetPlatformUserNo": made.borrower}, "100008"), ({"targetPlatformUserNo": ""}, "100008"),
        ({"income": "0.99"}, "100008"), ({"income": "1.01"}, "100008"), ({"amount": "1.01"}, "100008"),
        ({"sourcePlatformUserNo": made.lender}, "100008"), ({"freezeRequestNo": made.bid}, "100011"),
        ({"freezeRequestNo": small}, "100011"), ({"bizType": "COMMISSION"}, "100006"), ({"income": "１"}, "100002"),
    ):  # fmt: skip
        told = repaid(**wrong)
        assert refused(told) == code, (wrong, told)
    assert project_of(platform, made.project)["repaymentAmount"] == "0.00"
    name = number("repay")
    told = repaid(name, freezeRequestNo=auto)
    assert (told["code"], told["status"]) == ("0", "SUCCESS"), told
    assert user_of(platform, made.lender)["availableAmount"] == "1.00"
    assert repaid(name, freezeRequestNo=auto) == told and user_of(platform, made.borrower)["availableAmount"] == "99.00"
    assert asked(platform, "TRANSACTION", name)["status"] == "SUCCESS"


def test_a_claim_is_bought_by_its_buyers_word_and_the_transaction_agrees(
    platform: Platform, door: Door, loan: Loan
) -> None:
    buyer, sale = opened(platform, "INVESTOR"), number("sale")
    paid_in(platform, buyer, "60.00")
    items = door.get(f"/v1/listings/{loan.project}/claims").json()["items"]
    body = {"seller": loan.lender, "claim": items[0]["id"], "share_minor": 4_000, "floor_minor": 3_900, "accrued": "included",
            "until": (plane.DAY + timedelta(days=20)).isoformat()}  # fmt: skip
    asking = door.post("/v1/authorisations", {"id": sale, "kind": "claim_sale", "body": body})
    assert asking.status_code == 200, asking.text
    assert door.post(f"/v1/sandbox/authorisations/{sale}/confirm").json()["answer"]["code"] == "done"
    bought = {"platformUserNo": buyer, "bizType": "CREDIT_ASSIGNMENT", "amount": "39.50", "share": "40.00"}
    for wrong, code in (
        ({"creditsaleRequestNo": "none"}, "100007"),
        ({"amount": "61.00"}, "100014"),
        ({"share": "101"}, "100008"),
    ):
        told = platform.gateway(
            "USER_PRE_TRANSACTION", requestNo=number("buy"), **{**bought, "creditsaleRequestNo": sale, **wrong}
        )
        assert refused(told) == code, (wrong, told)
    name = number("buy")
    told = platform.gateway("USER_PRE_TRANSACTION", requestNo=name, creditsaleRequestNo=sale, **bought)
    assert (told["code"], told["status"]) == ("0", "SUCCESS"), told
    assert user_of(platform, buyer)["availableAmount"] == "20.50"

    def agreed(project: str = loan.project, **changed: Any) -> dict[str, Any]:
        detail = {"bizType": "CREDIT_ASSIGNMENT", "freezeRequestNo": name, "sourcePlatformUserNo": buyer,
                  "targetPlatformUserNo": loan.lender, "amount": "39.50", "share": "40.00", **changed}  # fmt: skip
        return platform.service(
            "SYNC_TRANSACTION",
            requestNo=number("agree"),
            tradeType="CREDIT_ASSIGNMENT",
            projectNo=project,
            details=[detail],
        )

    for wrong in ({"targetPlatformUserNo": buyer}, {"amount": "39.51"}, {"share": "39.99"}, {"project": number("x")}):
        assert refused(agreed(**wrong)) == "100008", wrong
    assert refused(agreed(freezeRequestNo=sale)) == "100007"
    assert agreed()["status"] == "SUCCESS"
    assert user_of(platform, buyer)["availableAmount"] == "20.50", "it was paid once"


def test_a_payee_of_a_loan_waits_for_the_review(platform: Platform) -> None:
    borrower, trustee = opened(platform, "BORROWERS"), opened(platform, "COLLABORATOR")
    project, name = listed(platform, borrower, "100.00"), number("trust")
    asking = {"borrowPlatformUserNo": borrower, "projectNo": project, "entrustedPlatformUserNo": trustee}
    told = platform.gateway("AUTHORIZATION_ENTRUST_PAY", requestNo=name, amount="40.00", **asking)
    assert (told["status"], told["authorizeStatus"]) == ("SUCCESS", "AUDIT"), told
    assert asked(platform, "AUTHORIZATION", name)["authorizeStatus"] == "AUDIT"
    told = platform.gateway("AUTHORIZATION_ENTRUST_PAY", requestNo=number("t"), amount="100.01", **asking)
    assert refused(told) == "100008" and "authorizeStatus" not in told


def test_a_question_of_another_kind_finds_nothing(stack: Stack, platform: Platform, loan: Loan) -> None:
    for kind, code in (("WITHDRAW", "100007"), ("FREEZE", "100007"), ("PROJECT", "100007"), ("NOTHING", "100002")):
        assert refused(platform.service("QUERY_TRANSACTION", requestNo=loan.bid, transactionType=kind)) == code
    other = Platform(stack, "P2")
    assert refused(other.service("QUERY_TRANSACTION", requestNo=loan.bid, transactionType="PRETRANSACTION")) == "100007"
    assert refused(other.service("QUERY_PROJECT_INFORMATION", projectNo=loan.project)) == "100007"
    assert refused(other.service("QUERY_USER_INFORMATION", platformUserNo=loan.lender)) == "100009"


# ── one number, one thing ────────────────────────────────────────────────────
def test_a_number_that_has_another_instruction_behind_it_tells_no_success(
    platform: Platform, door: Door, loan: Loan
) -> None:
    opening = number("open")
    user = number("U")
    told = platform.gateway(
        "PERSONAL_REGISTER_EXPAND", requestNo=opening, platformUserNo=user, realName="张三", idCardNo=number("ID"),
        userRole="INVESTOR", bankcardNo=number("6222"),
    )  # fmt: skip
    assert told["status"] == "SUCCESS"
    used = f"{opening}:card"  # the step of the request above that bound the card
    assert refused(loan.lent(platform, name=used)) == "100013"
    for service, more in (("RECHARGE", {"amount": "1.00"}), ("PERSONAL_BIND_BANKCARD_EXPAND", {})):
        paid_in(platform, user, "1.00")
        taken = number("taken")
        asking = {"holder": user, "amount_minor": 100, "reason": "FREEZE", "authority": "P", "until": "2026-03-20"}
        assert door.post("/v1/authorisations", {"id": taken, "kind": "general_hold", "body": asking}).status_code == 200
        assert door.post(f"/v1/sandbox/authorisations/{taken}/confirm").json()["answer"]["code"] == "done"
        told = platform.gateway(service, requestNo=taken, platformUserNo=user, **more)
        assert (told["status"], told["errorCode"]) == ("FAIL", "100013"), (service, told)
    assert user_of(platform, user)["balance"] == "2.00"


# ── telling ──────────────────────────────────────────────────────────────────
class At(Clock):
    """A clock that is ahead by so much."""

    def __init__(self, ahead: timedelta) -> None:
        self.ahead = ahead

    def now(self) -> Any:
        return super().now() + self.ahead


def test_a_server_is_told_again_until_it_says_success(platform: Platform, door: Door, stack: Stack) -> None:
    with hearing() as (address, server):
        server.words = ["no", "<html>SUCCESS?</html>", "SUCCESS"]
        assert door.put("/v1/lanmao-profile", {"notify_url": address}).status_code == 200
        try:
            user, name = opened(platform, "INVESTOR"), number("in")
            platform.gateway("RECHARGE", requestNo=name, platformUserNo=user, amount="7.00")
            stack.query(
                "UPDATE lanmao_request SET notify_at = NULL WHERE lane = %s AND request_no <> %s RETURNING 1",
                LANE,
                name,
            )
            for days, heard in ((0, 1), (0, 1), (1, 2), (2, 3), (3, 3)):
                within(stack, notify.sweep, At(timedelta(days=days)))
                mine = [one for one in server.heard if name in one["respData"]]
                assert len(mine) == heard, (days, len(mine))
            assert len({(one["respData"], one["sign"]) for one in mine}) == 1
            platform.check(mine[0]["respData"].encode(), mine[0]["sign"])
        finally:
            assert door.put("/v1/lanmao-profile", {"notify_url": ""}).status_code == 200


def test_a_client_who_does_not_come_back_is_told_of_by_the_sweep(platform: Platform, stack: Stack) -> None:
    user, name = opened(platform, "INVESTOR"), number("late")
    form = platform.form("RECHARGE", {"requestNo": name, "platformUserNo": user, "amount": "1.00",
                                      "redirectUrl": "https://platform.example/back"})  # fmt: skip
    assert platform.post("/gateway", form).status_code == 303
    waiting = asked(platform, "RECHARGE", name)
    assert (waiting["status"], waiting.get("rechargeStatus")) == ("INIT", None)
    within(stack, jobs.go_on, At(timedelta(hours=1)))
    ended = asked(platform, "RECHARGE", name)
    assert (ended["status"], ended["errorCode"], ended.get("rechargeStatus")) == ("FAIL", "100008", None)
