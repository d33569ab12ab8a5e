"""A whole loan through the dialect, over real HTTP: opened, bound, authorised, paid in, listed, bid, lent, repaid."""

import base64
import io
import zipfile
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest

from cunguan.doors.api.context import Context
from cunguan.doors.api.lanmao import notify
from cunguan.doors.jobs.registry import jobs, loops
from cunguan.formats.lanmao import TYPES
from cunguan.kernel.codes import Code
from cunguan.kernel.ids import close_id
from cunguan.kernel.instruction import Instruction
from cunguan.operations import day_close
from tests.doors.api.harness import Door, Stack
from tests.doors.api.lanmao_platform import Hearing, Platform, hearing, number
from tests.doors.api.test_authorisation_sweep import Later, within


@pytest.fixture(scope="module")
def platform(stack: Stack) -> Platform:
    return Platform(stack)


@pytest.fixture(scope="module")
def server(other: Door) -> Iterator[Hearing]:
    """The platform's server, named in its profile."""
    with hearing() as (address, told):
        assert other.put("/v1/lanmao-profile", {"notify_url": address}).status_code == 200
        yield told
        assert other.put("/v1/lanmao-profile", {"notify_url": ""}).status_code == 200


def opened(platform: Platform, role: str, **more: Any) -> str:
    user = number("U")
    told = platform.gateway(
        "PERSONAL_REGISTER_EXPAND", requestNo=number("open"), platformUserNo=user, realName="张三", idCardNo=number("ID"),
        idCardType="PRC_ID", userRole=role, mobile="13800000000", checkType="LIMIT", **more,
    )  # fmt: skip
    assert (told["code"], told["status"], told["platformUserNo"]) == ("0", "SUCCESS", user), told
    return user


def paid_in(platform: Platform, user: str, amount: str) -> None:
    told = platform.gateway("RECHARGE", requestNo=number("in"), platformUserNo=user, amount=amount, rechargeWay="SWIFT")
    assert (told["code"], told["amount"]) == ("0", amount), told


def listed(platform: Platform, borrower: str, amount: str) -> str:
    project = number("PJ")
    told = platform.service(
        "ESTABLISH_PROJECT", requestNo=number("list"), platformUserNo=borrower, projectNo=project, projectAmount=amount,
        projectName="短期周转", projectType="STANDARDPOWDER", projectPeriod="60", annnualInterestRate="0.12",
        repaymentWay="FIRSEINTREST_LASTPRICIPAL",
    )  # fmt: skip
    assert (told["code"], told["status"]) == ("0", "INIT"), told
    assert "It is done" in platform.walk(told["page"])["page"]
    return project


def user_of(platform: Platform, user: str) -> dict[str, Any]:
    return platform.service("QUERY_USER_INFORMATION", platformUserNo=user)


def project_of(platform: Platform, project: str) -> dict[str, Any]:
    return platform.service("QUERY_PROJECT_INFORMATION", projectNo=project)


def test_a_whole_loan(platform: Platform, stack: Stack, server: Hearing) -> None:
    lender = opened(
        platform, "INVESTOR", bankcardNo="6222020000000001", authList="TENDER", amount="100000.00", failTime="20270301"
    )
    second, borrower = opened(platform, "INVESTOR"), opened(platform, "BORROWERS", bankcardNo="6222020000000002")
    assert user_of(platform, lender)["authlist"] == "TENDER"
    paid_in(platform, lender, "6000.00")
    paid_in(platform, second, "4000.50")
    assert user_of(platform, second)["availableAmount"] == "4000.50"

    project = listed(platform, borrower, "10000.00")
    assert project_of(platform, project)["projectStatus"] == "COLLECTING"

    auto, bid = number("auto"), number("bid")
    told = platform.service(
        "USER_AUTO_PRE_TRANSACTION",
        requestNo=auto,
        platformUserNo=lender,
        bizType="TENDER",
        amount="6000.00",
        projectNo=project,
    )
    assert (told["code"], told["status"]) == ("0", "SUCCESS"), told
    told = platform.gateway(
        "USER_PRE_TRANSACTION",
        requestNo=bid,
        platformUserNo=second,
        bizType="TENDER",
        amount="4000.00",
        projectNo=project,
    )
    assert told["status"] == "SUCCESS", told
    assert project_of(platform, project)["projectStatus"] == "FULLY"
    held = platform.service("QUERY_TRANSACTION", requestNo=bid, transactionType="PRETRANSACTION")["records"][0]
    assert (held["preTransactionStatus"], held["freezeAmount"]) == ("FREEZED", "4000.00")

    lent = [
        {"bizType": "TENDER", "freezeRequestNo": name, "sourcePlatformUserNo": source, "targetPlatformUserNo": borrower,
         "amount": amount}
        for name, source, amount in ((auto, lender, "6000.00"), (bid, second, "4000.00"))
    ]  # fmt: skip
    told = platform.service(
        "ASYNC_TRANSACTION", batchNo=number("batch"),
        bizDetails=[
            {"requestNo": number("lend"), "tradeType": "TENDER", "projectNo": project, "details": [one]} for one in lent
        ],
    )  # fmt: skip
    assert told["status"] == "ACCEPT" and [one["status"] for one in told["details"]] == ["SUCCESS", "SUCCESS"], told
    assert project_of(platform, project)["projectStatus"] == "REPAYING"
    assert user_of(platform, borrower)["availableAmount"] == "10000.00"

    for principal, interest in (("0.00", "100.00"), ("10000.00", "100.00")):
        paid_in(platform, borrower, "100.00")
        repay(platform, project, borrower, [lender, second], principal, interest)
    assert project_of(platform, project)["projectStatus"] == "FINISH"
    assert user_of(platform, lender)["availableAmount"] == "6120.00"
    assert user_of(platform, second)["availableAmount"] == "4080.50"

    within(stack, lambda context: notify.sweep(context), Later())
    heard = {one["serviceName"] for one in server.heard}
    assert {
        "PERSONAL_REGISTER_EXPAND",
        "RECHARGE",
        "USER_PRE_TRANSACTION",
        "ASYNC_TRANSACTION",
        "ESTABLISH_PROJECT",
    } <= heard
    for one in server.heard:
        platform.check(one["respData"].encode(), one["sign"])
        assert (one["responseType"], one["platformNo"]) == ("NOTIFY", "P2")


def repay(platform: Platform, project: str, borrower: str, lenders: list[str], principal: str, interest: str) -> None:
    promise = number("promise")
    total = f"{float(principal) + float(interest):.2f}"
    told = platform.gateway(
        "USER_PRE_TRANSACTION",
        requestNo=promise,
        platformUserNo=borrower,
        bizType="REPAYMENT",
        amount=total,
        projectNo=project,
    )
    assert told["status"] == "SUCCESS", told
    parts = {"100.00": ("60.00", "40.00"), "10000.00": ("6000.00", "4000.00"), "0.00": ("0.00", "0.00")}
    details = [
        {"bizType": "REPAYMENT", "freezeRequestNo": promise, "sourcePlatformUserNo": borrower, "targetPlatformUserNo": lender,
         "amount": f"{float(parts[principal][place]) + float(parts[interest][place]):.2f}", "income": parts[interest][place]}
        for place, lender in enumerate(lenders)
    ]  # fmt: skip
    wrong = [{**details[0], "amount": f"{float(details[0]['amount']) - 1:.2f}"},
             {**details[1], "amount": f"{float(details[1]['amount']) + 1:.2f}"}]  # fmt: skip
    told = platform.service(
        "SYNC_TRANSACTION", requestNo=number("wrong"), tradeType="REPAYMENT", projectNo=project, details=wrong
    )
    assert told["errorCode"] == "100008" and "claim register" in told["errorMessage"], told
    told = platform.service(
        "SYNC_TRANSACTION", requestNo=number("repay"), tradeType="REPAYMENT", projectNo=project, details=details
    )
    assert (told["code"], told["status"]) == ("0", "SUCCESS"), told


def test_the_days_check_file_is_downloaded_and_confirmed_once(platform: Platform, stack: Stack) -> None:
    user = opened(platform, "INVESTOR")
    paid_in(platform, user, "12.34")
    day = end_the_day(stack)
    response = platform.post("/download", platform.form("DOWNLOAD_CHECKFILE", {"fileDate": f"{day:%Y%m%d}"}))
    assert response.headers["content-type"] == "application/zip", response.text
    platform.check(response.content, response.headers["sign"])
    texts = texts_of(response.content, day)
    assert "12.34" in texts["RECHARGE"]
    detail = [
        {"fileType": name, "fileSign": base64.b64encode(platform.signer.sign(text.encode())).decode()}
        for name, text in texts.items() if name in TYPES
    ]  # fmt: skip
    asked: dict[str, Any] = {"fileDate": f"{day:%Y%m%d}", "detail": detail}
    told = platform.service("CONFIRM_CHECKFILE", requestNo=number("c"), **{**asked, "detail": detail[1:]})
    assert told["errorCode"] == "100008"
    other = {**detail[0], "fileSign": detail[1]["fileSign"] if texts[TYPES[0]] != texts[TYPES[1]] else ""}
    told = platform.service("CONFIRM_CHECKFILE", requestNo=number("c"), **{**asked, "detail": [other, *detail[1:]]})
    assert told["errorCode"] == "100008", told
    told = platform.service("CONFIRM_CHECKFILE", requestNo=number("c"), **asked)
    assert (told["code"], told["status"]) == ("0", "SUCCESS"), told
    told = platform.service("CONFIRM_CHECKFILE", requestNo=number("c"), **asked)
    assert told["errorCode"] == "100008" and "对账文件已确认" in told["errorMessage"]
    told = platform.post("/download", platform.form("DOWNLOAD_CHECKFILE", {"fileDate": "20200101"})).json()
    assert told["errorCode"] == "100007"


def end_the_day(stack: Stack) -> date:
    ((day,),) = stack.query("SELECT business_date FROM lane_day WHERE lane = 2")
    following = day + timedelta(days=1)

    async def close(context: Context) -> None:
        for lane in (0, 2):
            ((here,),) = stack.query("SELECT business_date FROM lane_day WHERE lane = %s", lane)
            if here < following:
                answer = await context.asks.ask(
                    lane, Instruction(close_id(here), "day_close", day_close.Body(here, following))
                )
                assert answer.code is Code.done, answer
        for one in (*loops(), *jobs()):
            if "check" in one.name:
                await one.run(context)

    within(stack, close)
    return day


def texts_of(content: bytes, day: date) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(f"{day:%Y%m%d}_P2_{name}.txt").decode() for name in TYPES}
