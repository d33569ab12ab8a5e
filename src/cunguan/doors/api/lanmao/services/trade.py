"""Trades (单笔交易、批量交易): SYNC_TRANSACTION, ASYNC_TRANSACTION: a loan paid out, repaid, a claim sold.

Shape   details say who pays whom out of which pre-transaction. What happens is one instruction a project: its own rules fix who
        gets what, so details that say otherwise are refused with the difference, before anything moves
        ASYNC: details of one project and one kind are one instruction; each detail is told that one result, by NOTIFY
Differs a loan is paid out whole: the details of one request name all its bids (decision 16); a commission must be the agreed
        fee; shares of a repayment are the custodian's, by the claim register (decision 22)
Source  domain.md (c.3) C7, C11, C16; domain-decisions.md 12, 16, 17b
"""

from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

import msgspec

from cunguan.doors.api.lanmao import words
from cunguan.doors.api.lanmao.problem import Fault, Refused
from cunguan.doors.api.lanmao.service import Ask, Done, Service
from cunguan.kernel.canonical import key16
from cunguan.kernel.codes import Code
from cunguan.kernel.rows import Claim, FeeItem
from cunguan.ledger.claims import LENDERS, of_rank, shares
from cunguan.operations.authority import fee_of

FEES = ("COMMISSION", "PROFIT")
MARKETING = "MARKETING"


class Detail(msgspec.Struct, frozen=True, rename="camel"):
    """Who pays whom; `income` is the interest in the amount."""

    biz_type: str
    amount: Any
    freeze_request_no: str = ""
    source_platform_user_no: str = ""
    target_platform_user_no: str = ""
    income: Any = None
    share: Any = None

    @property
    def amount_minor(self) -> int:
        """The amount."""
        return words.minor(self.amount, "amount")

    @property
    def income_minor(self) -> int:
        """The interest in it."""
        return words.minor_or_nothing(self.income, "income")


class Trade(msgspec.Struct, frozen=True, rename="camel"):
    """Of SYNC_TRANSACTION, and one of those of ASYNC_TRANSACTION."""

    trade_type: str
    details: list[Detail]
    request_no: str
    project_no: str = ""
    sale_request_no: str = ""


class Batch(msgspec.Struct, frozen=True, rename="camel"):
    """Of ASYNC_TRANSACTION."""

    batch_no: str
    biz_details: list[Trade]


async def sync(ask: Ask) -> Done:
    """Do one trade."""
    data: Trade = ask.data
    await _do(ask, ask.request_no, data.trade_type, data.project_no, data.details)
    return Done({"transactionTime": words.time_text(ask.context.clock.now())})


async def many(ask: Ask) -> Done:
    """Do many trades: those of one project and kind are one instruction, and each is told what came of it."""
    data: Batch = ask.data
    numbers = [one.request_no for one in data.biz_details]
    if not numbers or len(set(numbers)) != len(numbers):
        raise Refused(Fault.malformed, "bizDetails are there, each with a requestNo of its own")
    groups: defaultdict[tuple[str, str], list[Trade]] = defaultdict(list)
    for one in data.biz_details:
        groups[one.trade_type, one.project_no].append(one)
    ended: dict[str, dict[str, Any]] = {}
    for (trade_type, project), trades in groups.items():
        details = [detail for one in trades for detail in one.details]
        told = await _told(ask, f"{ask.request_no}:{trade_type}:{project}", trade_type, project, details)
        ended.update({one.request_no: {"requestNo": one.request_no, **told} for one in trades})
    return Done({"batchNo": ask.request_no, "details": [ended[number] for number in numbers]}, "ACCEPT", notify=True)


async def _told(ask: Ask, name: str, trade_type: str, project: str, details: Sequence[Detail]) -> dict[str, Any]:
    try:
        await _do(ask, name, trade_type, project, details)
    except Refused as refused:
        if refused.fault is Fault.system:
            raise  # not known yet: the batch is sent again
        return {**refused.told(), "status": "FAIL"}
    return {"code": "0", "status": "SUCCESS"}


async def _do(ask: Ask, name: str, trade_type: str, project: str, details: Sequence[Detail]) -> None:
    if not details:
        raise Refused(Fault.malformed, "details are empty")
    do = _TRADES.get(trade_type)
    if do is None:
        raise Refused(Fault.service_off, f"tradeType is one of {', '.join(_TRADES)}")
    found = await ask.row("lanmao_instruction", key16=key16(name))
    if found is None:  # it is judged before it is done, not after
        await do(ask, name, project, details)
    else:
        _once_more(found, name, _meant(trade_type, project, details))


def _once_more(found: Mapping[str, Any], name: str, meant: Mapping[str, Any]) -> None:
    """Tell what came of a trade that was handed in before this process died; of nothing else that has its number."""
    is_it = {"kind": found["kind"], **msgspec.json.decode(found["body"])}
    if any(is_it.get(field) != value for field, value in meant.items()):
        raise Refused(Fault.duplicate, f"the id {name} was used for something else: send another requestNo")
    if found["state"] != "done":
        raise words.refused(Code(found["code"]), found["why"])


def _meant(trade_type: str, project: str, details: Sequence[Detail]) -> dict[str, Any]:
    """Return by what the instruction of a trade is known again."""
    if trade_type == "TENDER":
        return {"kind": "disbursement", "listing": project, "holds": list(_holds(details))}
    if trade_type == "REPAYMENT":
        principal, interest = _sums(details)
        return {"kind": "repayment", "listing": project, "principal_minor": principal, "interest_minor": interest}
    return {"kind": ""}  # an assignment hands nothing in


# ── a loan is paid out ───────────────────────────────────────────────────────
async def _loan(ask: Ask, name: str, project_no: str, details: Sequence[Detail]) -> None:
    project = await ask.project(project_no)
    if words.PROJECT_STATES[project["state"]] not in ("COLLECTING", "FULLY"):
        raise Refused(Fault.project_state, f"the project is {words.PROJECT_STATES[project['state']]}")
    _check_kinds(details, ("TENDER", MARKETING, *FEES))
    await _check_bids(ask, project, details)
    await _check_parties(ask, project, details)
    await _check_fee(ask, project, details)
    await ask.hand_in(name, "disbursement", listing=project["id"], holds=_holds(details))


def _holds(details: Sequence[Detail]) -> tuple[str, ...]:
    return tuple(detail.freeze_request_no for detail in details if detail.biz_type == "TENDER")


async def _check_bids(ask: Ask, project: Mapping[str, Any], details: Sequence[Detail]) -> None:
    """Refuse details that are not just the open bids of this project, each whole and by its owner."""
    open_holds = await ask.rows("lanmao_holds", listing=project["id"])
    bids = {one["id"]: one for one in open_holds if one["purpose"] == "bid"}
    packets = sum(_left(one) for one in open_holds if one["purpose"] == "marketing_bid")
    tenders = [one for one in details if one.biz_type == "TENDER"]
    twice = [name for name, count in Counter(one.freeze_request_no for one in tenders).items() if count > 1]
    wrong = [one.freeze_request_no for one in tenders if not _is_of(one, bids.get(one.freeze_request_no), project)]
    missing = sorted(set(bids) - {one.freeze_request_no for one in tenders})
    if twice or wrong or missing:
        parts = {
            "twice": twice,
            "not an open bid of this project, its owner and its whole amount": wrong,
            "missing": missing,
        }
        told = "; ".join(f"{what}: {', '.join(names[:20])}" for what, names in parts.items() if names)
        raise Refused(Fault.refused, f"a loan is paid out whole: {told}")
    marketing = sum(one.amount_minor for one in details if one.biz_type == MARKETING)
    if marketing != packets:
        raise Refused(Fault.refused, f"red packets held with the bids come to {words.decimal(packets)}")


def _is_of(detail: Detail, hold: Mapping[str, Any] | None, project: Mapping[str, Any]) -> bool:
    if hold is None:
        return False
    payee = detail.target_platform_user_no in ("", project["borrower"])
    return payee and detail.source_platform_user_no == hold["owner"] and detail.amount_minor == _left(hold)


def _left(hold: Mapping[str, Any]) -> int:
    return int(hold["amount_minor"] - hold["captured_minor"] - hold["released_minor"])


async def _check_parties(ask: Ask, project: Mapping[str, Any], details: Sequence[Detail]) -> None:
    """Refuse fees that another than the borrower pays, red packets that go to another, and clients in the platform's place."""
    for one in details:
        if one.biz_type == "TENDER":
            continue
        sides = (one.source_platform_user_no, one.target_platform_user_no)
        client, own = sides if one.biz_type in FEES else sides[::-1]
        if client not in ("", project["borrower"]):
            raise Refused(
                Fault.refused, f"the {one.biz_type} of a loan is between its borrower and the platform: not {client}"
            )
        if own and await ask.row("lanmao_user", id=own) is not None:
            raise Refused(Fault.refused, f"the {one.biz_type} of a loan is the platform's side, not the client's {own}")


async def _check_fee(ask: Ask, project: Mapping[str, Any], details: Sequence[Detail]) -> None:
    """Refuse a commission that is not the fee of the schedule this borrower agreed to."""
    asked = sum(one.amount_minor for one in details if one.biz_type in FEES)
    fee_minor = 0
    if project["fee_item"]:
        found = await ask.row("fee_consented_items", id=f"{project['borrower']}:{project['fee_schedule']}")
        lines = () if found is None else msgspec.convert(found["items"], tuple[FeeItem, ...])
        fee_minor = next((fee_of(one, project["held_minor"]) for one in lines if one.item == project["fee_item"]), 0)
    if asked != fee_minor:
        agreed = words.decimal(fee_minor)
        raise Refused(Fault.refused, f"the commission comes to {words.decimal(asked)}, the agreed fee is {agreed}")


# ── a loan is repaid ─────────────────────────────────────────────────────────
async def _repay(ask: Ask, name: str, project_no: str, details: Sequence[Detail]) -> None:
    project = await ask.project(project_no)
    _check_kinds(details, ("REPAYMENT",))
    if project["state"] != "disbursed":
        raise Refused(Fault.project_state, f"the project is {words.PROJECT_STATES[project['state']]}, not REPAYING")
    mandate = await _mandate(ask, project, details)
    row = await ask.row("lanmao_plan", listing=project["id"])
    if row is None:
        raise Refused(Fault.project_state, "nothing of the plan is left to repay")
    principal, interest = _sums(details)
    await _check_shares(ask, project, row, details, principal, interest)
    await ask.hand_in(
        name, "repayment", listing=project["id"], borrower=project["borrower"], plan_row=row["number"],
        principal_minor=principal, interest_minor=interest, mandate=mandate,
    )  # fmt: skip


def _sums(details: Sequence[Detail]) -> tuple[int, int]:
    """Return principal and interest of all details."""
    interest = sum(one.income_minor for one in details)
    return sum(one.amount_minor for one in details) - interest, interest


async def _mandate(ask: Ask, project: Mapping[str, Any], details: Sequence[Detail]) -> str:
    """Return the one promise all details cite: of this borrower, or his standing authority where it was an automatic one."""
    cited = {one.freeze_request_no for one in details}
    if len(cited) != 1 or any(one.source_platform_user_no != project["borrower"] for one in details):
        raise Refused(Fault.refused, "all details cite one freezeRequestNo, and its borrower pays")
    (number,) = cited
    if await ask.row("lanmao_mandate", id=number) is not None:
        return number
    await _check_promise(ask, number, project, sum(_sums(details)))
    live = await ask.rows("lanmao_mandates", holder=project["borrower"])
    standing = [
        one["id"] for one in live if one["type"] == "repayment" and one["state"] == "active" and not one["listing"]
    ]
    if not standing:
        raise Refused(Fault.not_permitted, "the borrower has no authority REPAYMENT in force")
    return str(standing[0])


async def _check_promise(ask: Ask, number: str, project: Mapping[str, Any], amount_minor: int) -> None:
    """Refuse what no automatic pre-transaction of this borrower, for this project, up to this amount, stands behind."""
    asked = await ask.row("lanmao_request_of", request_no=number)
    is_auto = asked is not None and asked["service"] == "USER_AUTO_PRE_TRANSACTION" and asked["result"] is not None
    told = msgspec.json.decode(asked["result"]) if asked is not None and is_auto else {}
    meant = {"code": "0", "bizType": "REPAYMENT", "platformUserNo": project["borrower"], "projectNo": project["id"]}
    if any(told.get(field) != value for field, value in meant.items()):
        raise Refused(Fault.not_permitted, f"there is no pre-transaction {number!r} to repay this project from")
    if amount_minor > words.minor(told["amount"], "amount"):
        raise Refused(Fault.not_permitted, f"the pre-transaction {number} is for {told['amount']}")


async def _check_shares(
    ask: Ask,
    project: Mapping[str, Any],
    row: Mapping[str, Any],
    details: Sequence[Detail],
    principal: int,
    interest: int,
) -> None:
    """Refuse details that do not give each creditor what the claim register gives him."""
    if principal > row["principal_minor"] or interest > row["interest_minor"] or principal < 0:
        due = f"principal {words.decimal(row['principal_minor'])}, interest {words.decimal(row['interest_minor'])}"
        raise Refused(Fault.refused, f"row {row['number']} of the plan asks {due}")
    claims = msgspec.convert(await ask.rows("lanmao_claims", listing=project["id"]), list[Claim])
    right, asked = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for one in shares(
        of_rank(claims, LENDERS),
        principal_minor=principal,
        interest_minor=interest,
        late_minor=0,
        plan_row=row["number"],
    ):
        right[one.claim.holder, "amount"] += one.amount_minor
        right[one.claim.holder, "income"] += one.interest_minor
    for detail in details:
        asked[detail.target_platform_user_no, "amount"] += detail.amount_minor
        asked[detail.target_platform_user_no, "income"] += detail.income_minor
    wrong = [part for part in sorted({*right, *asked}) if right[part] != asked[part]]
    if wrong:
        told = ", ".join(f"{name or 'nobody'} {what} {words.decimal(right[name, what])}" for name, what in wrong[:20])
        raise Refused(Fault.refused, f"by the claim register each gets: {told}")


# ── a claim is sold ──────────────────────────────────────────────────────────
async def _assign(ask: Ask, name: str, project_no: str, details: Sequence[Detail]) -> None:
    """Agree to purchases that were done when their buyers confirmed them."""
    _check_kinds(details, ("CREDIT_ASSIGNMENT",))
    if len({detail.freeze_request_no for detail in details}) != len(details):
        raise Refused(Fault.refused, "each purchase is named once")
    for detail in details:
        found = await ask.row("lanmao_instruction", key16=key16(detail.freeze_request_no))
        if found is None or found["kind"] != "claim_purchase" or found["state"] != "done":
            raise Refused(Fault.not_found, f"there is no purchase {detail.freeze_request_no!r} that is done")
        body = msgspec.json.decode(found["body"])
        sale = await ask.row("lanmao_sale", id=body["sale"])
        assert sale is not None, "it was bought from"
        if not _is_bought(detail, project_no, body, sale):
            raise Refused(
                Fault.refused,
                f"the purchase {detail.freeze_request_no} has another project, buyer, seller, share or price",
            )


def _is_bought(detail: Detail, project_no: str, body: Mapping[str, Any], sale: Mapping[str, Any]) -> bool:
    """Return whether a detail says what was done; project, seller and share may be left away."""
    share_minor = words.minor_or_nothing(detail.share, "share")
    return (
        (body["price_minor"], body["buyer"]) == (detail.amount_minor, detail.source_platform_user_no)
        and detail.target_platform_user_no in ("", sale["seller"])
        and project_no in ("", sale["listing"])
        and share_minor in (0, body["share_minor"])
    )


def _check_kinds(details: Sequence[Detail], known: Sequence[str]) -> None:
    for detail in details:
        if detail.biz_type not in known:
            raise Refused(
                Fault.service_off, f"bizType {detail.biz_type[:40]!r} does not belong here: {', '.join(known)}"
            )


_TRADES: Mapping[str, Callable[[Ask, str, str, Sequence[Detail]], Awaitable[None]]] = {
    "TENDER": _loan,
    "REPAYMENT": _repay,
    "CREDIT_ASSIGNMENT": _assign,
}

SERVICES = (
    Service("SYNC_TRANSACTION", "service", Trade, sync),
    Service("ASYNC_TRANSACTION", "service", Batch, many, number="batchNo"),
)
