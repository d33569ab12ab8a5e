"""Receipts (存证回执): a file by which a platform or its client sees, without asking the custodian again, that something is in the log.

When    a platform shows its client what it kept for him; either of them keeps it
Returns a receipt's bytes as they are: whoever writes them anew has another file, which no verifier takes
        Cunguan-Cosigned says whether the quorum of witnesses has signed it; asked for later, it bears their signatures
Errors  404 no such instruction of this platform, or nothing of it is in the log, or nothing of it is this holder's
        409 with Retry-After: no checkpoint is over it yet
"""

from collections.abc import Callable
from typing import TypeVar

import msgspec
from msgspec import UNSET, UnsetType
from starlette.responses import Response

from cunguan.doors.api.endpoint import Call, Endpoint
from cunguan.doors.api.handing_in import http_status
from cunguan.doors.api.in_thread import in_thread
from cunguan.doors.api.lists import Id, named
from cunguan.doors.api.problem import Problem, not_found
from cunguan.doors.receipts.making import Maker, NoReceipt
from cunguan.doors.receipts.months import month_days
from cunguan.doors.receipts.page import headers as page_headers
from cunguan.doors.receipts.page import page
from cunguan.kernel.codes import Code
from cunguan.transparency.receipt import Receipt

T = TypeVar("T")

#: a checkpoint comes every second
RETRY_AFTER = {"Retry-After": "2"}


class ReceiptQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whose: a client's own side of it; without it the platform's, all sides."""

    holder: Id | UnsetType = UNSET


class StatementFile(msgspec.Struct, frozen=True):
    """The statement of one account as a file: `content` is its text, to be kept as it is."""

    name: str
    is_cosigned: bool
    content: str


class MonthlyStatements(msgspec.Struct, frozen=True):
    """A month of a client's accounts; an account without a movement and without a balance has none."""

    items: list[StatementFile]


async def receipt(call: Call) -> Response:
    """Return an instruction's receipt."""
    name, holder = named(call, "instruction"), "" if call.query.holder is UNSET else call.query.holder
    lane, platform = call.caller.lane, call.caller.platform
    made = await _made(call, lambda maker: maker.of_instruction(lane, platform, name, holder))
    headers = {
        "Content-Disposition": f'attachment; filename="{made.name}"',
        "Cunguan-Cosigned": "yes" if made.is_cosigned else "no",
    }
    return Response(made.content, headers=headers, media_type="application/json")


async def statements(call: Call) -> MonthlyStatements:
    """Return the statements of a client's month."""
    holder, month = named(call, "account"), _month(call.path["month"])
    lane, platform = call.caller.lane, call.caller.platform
    found = await _made(call, lambda maker: maker.of_month(lane, platform, holder, month))
    return MonthlyStatements([StatementFile(one.name, one.is_cosigned, one.content.decode()) for one in found])


async def verify(call: Call) -> Response:
    """Return the page that checks receipts, with no keys in it: whoever serves them is not to be believed about them."""
    return Response(page(), 200, page_headers(), "text/html; charset=utf-8")


async def _made(call: Call, make: Callable[[Maker], T]) -> T:
    """Make something of the log; NoReceipt becomes what the caller is told."""
    context = call.context
    try:
        return await in_thread(context, lambda connection: make(Maker(connection, context.keys, context.log_folder)))
    except NoReceipt as none:
        if none.code is Code.not_found:
            raise not_found("instruction") from None
        headers = RETRY_AFTER if none.code is Code.receipt_not_ready else {}
        raise Problem(http_status(none.code), none.code, none.why, headers=headers) from None


def _month(text: str) -> str:
    try:
        return month_days(text)[0].isoformat()[:7]
    except ValueError:
        raise not_found("month: write it as 2026-03") from None


ENDPOINTS = (
    Endpoint("GET", "/v1/instructions/{id}/receipt", "The receipt of one instruction, to be kept and checked (存证回执)", "read",
             receipt, answer=Receipt, query=ReceiptQuery, tag="instructions"),
    Endpoint("GET", "/v1/accounts/{id}/monthly-statements/{month}", "The month of a client's accounts, as it is in the log (月结单)",
             "read", statements, answer=MonthlyStatements, tag="accounts"),
    Endpoint("GET", "/verify", "The page that checks receipts in a browser", "", verify, answer=str, tag="documentation"),
)  # fmt: skip
