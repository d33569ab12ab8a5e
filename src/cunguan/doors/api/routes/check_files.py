"""Check files (对账文件): the custodian's files of a business date, the platform's own of it, and the confirm.

When    after the custodian's day close, once a business date: download, compare, send your own, confirm by noon of the next
        working day. Three dates in a row without a confirm stop new bids
Returns headers, bytes as they were issued (their signature beside them), breaks. What is compared takes long and runs in a
        thread with a connection of its own, so that it holds up nobody
Source  domain.md (e.2); docs/check-files.md
"""

from base64 import b64encode
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from typing import Annotated, Final, TypeVar

import msgspec
from msgspec import UNSET, Meta, UnsetType
from starlette.responses import Response

from cunguan.doors.api.endpoint import Call, Endpoint
from cunguan.doors.api.in_thread import in_thread
from cunguan.doors.api.lists import Items, Paged
from cunguan.doors.api.problem import Problem, not_found
from cunguan.doors.checking import agreeing
from cunguan.doors.checking.agreeing import ALL, FIGURES, FILE, Break, Head, Issued, Sent
from cunguan.doors.checking.making import LANMAO, ZIP
from cunguan.formats.checkfile import CSV, JSONL, KINDS
from cunguan.kernel.codes import Code
from cunguan.kernel.dates import parse_date
from cunguan.reconciliation.compare import Figures
from cunguan.store.sqlfiles import statement

#: a platform's own file of a day; whose is larger sends figures
UPLOAD_BYTES_MAX = 64 * 2**20

MEDIA = {CSV: "text/csv; charset=utf-8", JSONL: "application/jsonl; charset=utf-8", ZIP: "application/zip"}

#: what takes long has threads of its own, and a platform one of them at a time: the reads of the others go on
_COMPARING: Final = ThreadPoolExecutor(2, thread_name_prefix="comparing")
_comparing: set[int] = set()

T = TypeVar("T")


class CheckDay(msgspec.Struct, frozen=True):
    """A business date whose files are issued; `state` is open, differs (a break is open) or confirmed."""

    date: date
    state: str
    first_seq: int
    last_seq: int
    issued_at: datetime
    confirmed_at: datetime | None
    breaks_open: int


class CheckDayFiles(msgspec.Struct, frozen=True):
    """A date with its files."""

    day: CheckDay
    files: list[Head]


class Received(msgspec.Struct, frozen=True):
    """What the platform sent is kept, byte for byte; it is compared at the confirm."""

    date: date
    kind: str
    bytes: int
    sha256: str
    received_at: datetime


class FiguresOfDay(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Counts and sums of the day by kind, for a platform without files: what the headers of its files would say."""

    figures: Annotated[list[Figures], Meta(min_length=1, max_length=len(KINDS))]


class Confirmed(msgspec.Struct, frozen=True):
    """The date is confirmed: both sides say the same, or two people of the custodian have closed what differed."""

    date: date
    confirmed_at: datetime


class DaysAsked(Paged, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which dates; `from` and `until` are business dates, both included."""

    since: date | UnsetType = msgspec.field(default=UNSET, name="from")
    until: date | UnsetType = UNSET


class BreaksAsked(Paged, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which breaks of the date."""


# ── reading ──────────────────────────────────────────────────────────────────
async def days(call: Call) -> Items[CheckDay]:
    """Return the dates whose files are issued, oldest first."""
    asked = call.query
    after = (
        _after(asked.after) if asked.after is not UNSET else date.min if asked.since is UNSET else _before(asked.since)
    )
    upto = date.max if asked.until is UNSET else asked.until
    found = await in_thread(call.context, lambda c: agreeing.issued(c, call.caller.lane, after, upto, asked.limit + 1))
    items = [_day(one) for one in found[: asked.limit]]
    return Items(items, items[-1].date.isoformat() if len(found) > asked.limit else None)


async def one_day(call: Call) -> CheckDayFiles:
    """Return one date with the headers of its files."""
    found = await _found(call)
    return CheckDayFiles(
        _day(found), await in_thread(call.context, lambda c: agreeing.headers(c, call.caller.lane, found.date))
    )


async def download(call: Call) -> Response:
    """Return a file as it was issued, or its signature."""
    name, is_signature = call.path["file"].removesuffix(".sig"), call.path["file"].endswith(".sig")
    kind, _, form = name.rpartition(".")
    if not ((kind in KINDS and form in (CSV, JSONL)) or (kind, form) == (LANMAO, ZIP)):
        raise not_found("file: orders, balances, listings, claims as .csv or .jsonl, or lanmao.zip")
    day = (await _found(call)).date
    of = {"lane": call.caller.lane, "business_date": day, "kind": kind, "form": form}
    row = await in_thread(call.context, lambda c: c.execute(statement("check_content"), of).fetchone())
    if row is None:
        raise not_found("file")
    content, signature, key_id = row
    headers = {
        "Content-Disposition": f'attachment; filename="{day:%Y%m%d}-{call.path["file"]}"',
        "Cunguan-Key-Id": key_id,
    }
    if is_signature:
        return Response(b64encode(signature) + b"\n", headers=headers, media_type="text/plain")
    return Response(bytes(content), headers=headers, media_type=MEDIA[form])


async def breaks(call: Call) -> Items[Break]:
    """Return the breaks of a date, open and closed."""
    day = (await _found(call)).date
    after = "" if call.query.after is UNSET else call.query.after
    found = await in_thread(
        call.context, lambda c: agreeing.breaks(c, call.caller.lane, day, after, call.query.limit + 1)
    )
    items = found[: call.query.limit]
    return Items(items, items[-1].id if len(found) > call.query.limit else None)


# ── what the platform says ───────────────────────────────────────────────────
async def upload(call: Call) -> Received:
    """Keep the platform's own file of one kind."""
    if call.path["kind"] not in KINDS:
        raise not_found(f"kind: {', '.join(KINDS)}")
    if not call.raw:
        raise Problem(422, Code.details_missing, "the body is the file itself, CSV or JSONL with its header line")
    return await _keep(call, call.path["kind"], FILE, call.raw)


async def say_figures(call: Call) -> Received:
    """Keep the platform's figures of the day."""
    kinds = [one.kind for one in call.body.figures]
    unknown = sorted(set(kinds) - KINDS.keys())
    if unknown or len(set(kinds)) < len(kinds):
        detail = f"each of {', '.join(KINDS)} once, not {', '.join(unknown) or 'one twice'}"
        raise Problem(422, Code.malformed, detail, field="figures")
    return await _keep(call, ALL, FIGURES, msgspec.json.encode(call.body.figures))


async def _keep(call: Call, kind: str, form: str, content: bytes) -> Received:
    day, now = await _found(call), call.context.clock.now()
    if day.confirmed_at is not None:
        raise _confirmed_already()
    sent = Sent(_instruction_id(call), call.caller.key_id, kind, form, content)
    kept = await in_thread(call.context, lambda c: agreeing.receive(c, call.caller.lane, day.date, sent, now))
    if kept is None:
        detail = "the id was used for another upload: take a new one"
        raise Problem(409, Code.exists_with_different_body, detail, instruction_id=sent.instruction_id)
    return Received(day.date, kind, len(content), agreeing.digest(content).hex(), kept)


async def confirm(call: Call) -> Confirmed:
    """Compare the platform's day with the custodian's, and confirm it when they say the same."""
    lane, url, now = call.caller.lane, str(call.context.pool.conninfo), call.context.clock.now()
    day, asked = _date(call), (_instruction_id(call), call.caller.key_id)
    if lane in _comparing:
        detail = "a confirm of the platform is being looked at: send the same again when it is answered"
        raise Problem(429, Code.rate_limited, detail, instruction_id=asked[0], headers={"Retry-After": "2"})
    _comparing.add(lane)
    try:
        said = await in_thread(call.context, lambda c: agreeing.confirm(c, url, lane, day, asked, now), _COMPARING)
    finally:
        _comparing.discard(lane)
    if said.code is Code.done:
        assert said.confirmed_at is not None
        return Confirmed(day, said.confirmed_at)
    if said.code is Code.check_file_not_made:
        raise not_found("check file: the date is not over, or had no business")
    status = 422 if said.code is Code.check_upload_missing else 409
    shown = msgspec.to_builtins([_told(one) for one in said.breaks[:100]])
    answer = {"breaks": shown, "more": said.more + len(said.breaks) - len(shown)} if said.breaks else {}
    raise Problem(status, said.code, said.why, instruction_id=asked[0], answer=answer)


def _told(one: Break) -> dict[str, object]:
    names = ("id", "kind", "code", "key", "field", "ours", "theirs", "line")
    return {name: getattr(one, name) for name in names}


# ── the parts of a request ───────────────────────────────────────────────────
def _date(call: Call) -> date:
    try:
        return parse_date(call.path["date"])
    except ValueError as wrong:
        raise Problem(404, Code.not_found, str(wrong)) from None


async def _found(call: Call) -> Issued:
    day = _date(call)
    found = await in_thread(call.context, lambda c: agreeing.the_date(c, call.caller.lane, day))
    if found is None:
        raise not_found("check file: the date is not over, or had no business")
    return found


def _instruction_id(call: Call) -> str:
    return str(call.request.headers["instruction-id"])  # the gate lets none in without it


def _after(text: str) -> date:
    try:
        return parse_date(text)
    except ValueError:
        raise Problem(422, Code.malformed, "`after` is no `next` of this list", field="after") from None


def _before(day: date) -> date:
    return date.fromordinal(max(day.toordinal() - 1, 1))


def _day(one: Issued) -> CheckDay:
    return CheckDay(one.date, one.state, one.first_seq, one.last_seq, one.issued_at, one.confirmed_at, one.breaks_open)


def _confirmed_already() -> Problem:
    return Problem(409, Code.check_file_confirmed, "对账文件已确认，请勿重复确认: the date is confirmed already")


_DAY = "/v1/check-files/{date}"
_EXAMPLE = {"figures": [{"kind": "orders", "count": 3, "debit_minor": 60000, "credit_minor": 0}]}

ENDPOINTS = (
    Endpoint("GET", "/v1/check-files", "List the business dates whose check files are issued (对账文件)", "files", days,
             answer=Items[CheckDay], query=DaysAsked, tag="check files"),
    Endpoint("GET", _DAY, "Get one date: its state and the headers of its files", "files", one_day, answer=CheckDayFiles,
             tag="check files"),
    Endpoint("GET", _DAY + "/{file}", "Download a file as it was issued: orders.csv, claims.jsonl.sig, lanmao.zip …", "files",
             download, tag="check files"),
    Endpoint("GET", _DAY + "/breaks", "List the breaks of a date (差错)", "files", breaks, answer=Items[Break],
             query=BreaksAsked, tag="check files"),
    Endpoint("PUT", _DAY + "/theirs/{kind}", "Send your own file of a kind; the last one counts", "files", upload,
             answer=Received, tag="check files", bytes_max=UPLOAD_BYTES_MAX),
    Endpoint("POST", _DAY + "/figures", "Say counts and sums of the day, for kinds you send no file of", "files", say_figures,
             answer=Received, body=FiguresOfDay, example=_EXAMPLE, tag="check files"),
    Endpoint("POST", _DAY + "/confirm", "Confirm a date; what differs is a break and refuses it (确认对账)", "files", confirm,
             answer=Confirmed, tag="check files"),
)  # fmt: skip
