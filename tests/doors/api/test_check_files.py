"""Daily check files over HTTP: issued once, compared, refused while anything differs, confirmed once; S-17 and BRK17.

The tests tell one story, day after day, on books of their own: a business date moves for all who use a lane.
"""

import hashlib
import json
import shutil
import tempfile
import threading
from base64 import b64decode
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import psycopg
import pytest
from psycopg_pool import AsyncConnectionPool

from cunguan.config.wiring import Wiring
from cunguan.doors.api.context import Asks, Clock, Context
from cunguan.doors.checking import agreeing
from cunguan.doors.cli.main import main
from cunguan.doors.jobs.check_files import sweep
from cunguan.formats import checkfile, lanmao
from cunguan.formats.checkfile import KINDS, Balance, ClaimLine, ListingLine, Order
from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Answer
from cunguan.keys.algorithms import algorithm
from cunguan.plane.client import Client
from cunguan.store import roles
from tests.conftest import fresh_database
from tests.doors.api.harness import LENDERS, MONEY_MINOR, OTHER, Stack, ground, running
from tests.plane import harness as plane
from tests.plane.harness import as_role, ask, bid

MONDAY = plane.DAY
TUESDAY, WEDNESDAY, THURSDAY, FRIDAY = (MONDAY + timedelta(days=n) for n in (1, 2, 3, 4))


class At(Clock):
    """A clock that stands where a test puts it: at an hour of a day, in the custodian's time zone."""

    def __init__(self, day: date, hour: int) -> None:
        self._now = datetime(day.year, day.month, day.day, hour, tzinfo=UTC) - timedelta(hours=8)

    def now(self) -> datetime:
        """Return the instant."""
        return self._now


class NoPlane(Asks):
    """The sweep says what to ask, and asks nothing itself."""


class House:
    """Books of one platform, their plane and door, and the jobs' sweep."""

    def __init__(self, stack: Stack) -> None:
        self.stack, self.door, self.other = stack, stack.door(), stack.door(OTHER)
        self.plane = Client(stack.home / "plane.sock")
        self.signer = algorithm("ed25519").verifier(stack.custodian.public_key)

    def done(self, *instructions: Any) -> list[Answer]:
        answers = self.plane.ask_all([(1, one) for one in instructions])
        assert {answer.code for answer in answers} == {Code.done}, answers
        return answers

    def close(self, day: date, following: date) -> None:
        """Close a day of the platform."""
        self.done(ask(1, f"close:{day}", "day_close", date=day, next_date=following))

    def sweep(self, day: date, hour: int = 9) -> list[Answer]:
        """Let the jobs look at some hour; return what the plane said to what they asked."""
        pool: AsyncConnectionPool[Any] = AsyncConnectionPool(as_role(self.stack.url, roles.DOOR), open=False)
        context = Context(NoPlane(), pool, "", self.stack.home, True, At(day, hour))
        return [self.plane.ask(lane, instruction) for lane, instruction in sweep(context)]

    def ours(self, day: date, kind: str) -> list[Any]:
        """Return the rows of a file that was issued."""
        raw = self.door.get(f"/v1/check-files/{day}/{kind}.csv").content
        assert not checkfile.check(raw)
        return [row for _, row in checkfile.rows(raw)]

    def send(self, day: date, kind: str, rows: Sequence[Any], form: str = "csv") -> None:
        """Send the platform's own file."""
        raw = checkfile.write(rows, platform="P1", day=day, kind=kind, form=form)
        answer = self.door.put(f"/v1/check-files/{day}/theirs/{kind}", raw)
        assert answer.status_code == 200, answer.text
        assert answer.json()["sha256"] == hashlib.sha256(raw).hexdigest()

    def send_all(self, day: date) -> None:
        """Send what the custodian says, as a platform whose books are right would."""
        for kind in KINDS:
            self.send(day, kind, self.ours(day, kind), "jsonl" if kind == "claims" else "csv")

    def confirm(self, day: date, id: str = "") -> Any:
        """Ask for a confirm."""
        return self.door.post(f"/v1/check-files/{day}/confirm", id=id)


@pytest.fixture(scope="module")
def house(wheel_server_url: str) -> Iterator[House]:
    """A house whose first day is over: four bids, one of them refused, a withdrawn bid, a deposit."""
    home = Path(tempfile.mkdtemp(prefix="cunguan-check-"))
    try:
        for url in fresh_database(wheel_server_url):
            ground(url)
            with running(url, home) as stack:
                made = House(stack)
                made.done(
                    *(bid(n, listing="X0", amount_minor=1000 + n, lender=name) for n, name in enumerate(LENDERS[:3]))
                )
                refused = bid(9, listing="X0", amount_minor=MONEY_MINOR * 2, lender=LENDERS[3])
                assert made.plane.ask(1, refused).code is Code.insufficient_balance
                longer = plane.listing(1, "X1")
                body = msgspec.structs.replace(longer.body, raise_until=MONDAY + timedelta(days=10))
                made.done(msgspec.structs.replace(longer, body=body))
                made.done(ask(1, "back", "bid_cancel", lender=LENDERS[0], hold="bid:000000", amount_minor=400))
                assert made.sweep(MONDAY) == []
                assert made.door.get("/v1/check-files").json()["items"] == []  # the day is not over
                made.close(MONDAY, TUESDAY)
                assert made.sweep(TUESDAY) == []
                yield made
                made.plane.close()
    finally:
        shutil.rmtree(home)


def told(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json().get("code", "")


# ── Monday: what is issued ───────────────────────────────────────────────────
def test_a_date_that_is_over_has_its_files(house: House) -> None:
    (item,) = house.door.get("/v1/check-files").json()["items"]
    assert (item["date"], item["state"], item["breaks_open"]) == (str(MONDAY), "open", 0)
    day = house.door.get(f"/v1/check-files/{MONDAY}").json()
    assert [one["name"] for one in day["files"]] == [
        "balances.csv", "balances.jsonl", "claims.csv", "claims.jsonl", "lanmao.zip", "listings.csv", "listings.jsonl",
        "orders.csv", "orders.jsonl",
    ]  # fmt: skip
    assert house.door.get("/v1/check-files", **{"from": str(TUESDAY)}).json() == {"items": [], "next": None}


def test_each_file_is_signed_and_never_changes(house: House) -> None:
    day = house.door.get(f"/v1/check-files/{MONDAY}").json()
    house.sweep(TUESDAY, 10)
    for one in day["files"]:
        raw = house.door.get(f"/v1/check-files/{MONDAY}/{one['name']}").content
        signature = house.door.get(f"/v1/check-files/{MONDAY}/{one['signature_name']}").content
        assert (hashlib.sha256(raw).hexdigest(), len(raw)) == (one["sha256"], one["bytes"])
        assert house.signer(raw, b64decode(signature)) and not house.signer(raw + b"x", b64decode(signature))
    with psycopg.connect(house.stack.url) as owner, pytest.raises(psycopg.errors.DatabaseError, match="append-only"):
        owner.execute("UPDATE check_file SET content = ''")


def test_what_stands_in_them(house: House) -> None:
    orders = {row.id: row for row in house.ours(MONDAY, "orders")}
    assert orders["bid:000001"] == Order(
        "bid:000001", "bid_hold", "done", 1001, "USD", LENDERS[1], "", "X0", orders["bid:000001"].seq, "done"
    )
    assert (orders["bid:000009"].status, orders["bid:000009"].code) == ("refused", "insufficient_balance")
    assert (orders["back"].payer, orders["back"].payee, orders["back"].amount_minor) == ("", LENDERS[0], 400)
    assert [row.id for row in orders.values() if row.kind == "deposit_direct"] == [f"ground:{n:06}" for n in range(4)]
    balances = {row.holder: row for row in house.ours(MONDAY, "balances")}
    assert balances[LENDERS[0]] == Balance(LENDERS[0], "USD", MONEY_MINOR, MONEY_MINOR - 600, 0, 600, 0, 0)
    assert set(balances) == set(LENDERS)  # the borrower has nothing
    assert house.ours(MONDAY, "listings") == [
        ListingLine("X0", "B", "raising", plane.LISTING_MINOR, 2603, 0, 0),
        ListingLine("X1", "B", "raising", plane.LISTING_MINOR, 0, 0, 0),
    ]
    assert house.ours(MONDAY, "claims") == []
    jsonl = house.door.get(f"/v1/check-files/{MONDAY}/orders.jsonl").content
    assert [row for _, row in checkfile.rows(jsonl)] == list(orders.values())


def test_the_zip_of_lanmaos_family(house: House) -> None:
    found = lanmao.read(house.door.get(f"/v1/check-files/{MONDAY}/lanmao.zip").content)
    assert (found.day, found.platform, found.bad) == (MONDAY, "P1", [])
    assert {kind: len(rows) for kind, rows in found.records.items()} == {
        "RECHARGE": 4, "WITHDRAW": 0, "COMMISSION": 0, "TRANSACTION": 0, "BACKROLL_RECHARGE": 0,
    }  # fmt: skip
    first = found.records["RECHARGE"][0]
    assert (first["requestNo"], first["platformUserNo"], first["amount"], first["ccy"]) == (
        "ground:000000",
        "L000",
        "10000.00",
        "USD",
    )


@pytest.mark.parametrize("path", [
    f"/v1/check-files/{TUESDAY}", "/v1/check-files/2026-02-30", "/v1/check-files/monday", f"/v1/check-files/{MONDAY}/orders.xml",
    f"/v1/check-files/{MONDAY}/orders", f"/v1/check-files/{MONDAY}/lanmao.csv", f"/v1/check-files/{MONDAY}/secrets.csv",
])  # fmt: skip
def test_what_is_not_there_is_not_found(house: House, path: str) -> None:
    assert told(house.door.get(path)) == (404, "not_found")


def test_another_platforms_files_do_not_exist(house: House) -> None:
    assert house.other.get("/v1/check-files").json()["items"] == []
    for path in ("", "/orders.csv", "/breaks"):
        assert told(house.other.get(f"/v1/check-files/{MONDAY}{path}")) == (404, "not_found")
    assert told(house.other.post(f"/v1/check-files/{MONDAY}/confirm")) == (404, "not_found")
    assert told(house.other.put(f"/v1/check-files/{MONDAY}/theirs/orders", b"x")) == (404, "not_found")


def test_a_key_without_the_scope_is_refused(house: House) -> None:
    reader = house.stack.door(scopes=("read",))
    assert told(reader.get("/v1/check-files")) == (403, "scope_missing")


# ── Monday: S-17 ─────────────────────────────────────────────────────────────
def test_nothing_sent_nothing_confirmed(house: House) -> None:
    answer = house.confirm(MONDAY)
    assert told(answer) == (422, "check_upload_missing")
    assert "orders" in answer.json()["detail"]


def test_s17_one_missing_one_extra_one_amount_one_status(house: House) -> None:
    house.send_all(MONDAY)
    orders = {row.id: row for row in house.ours(MONDAY, "orders")}
    del orders["bid:000000"]
    orders["ghost"] = msgspec.structs.replace(orders["bid:000001"], id="ghost", seq=None, code=None)
    orders["bid:000001"] = msgspec.structs.replace(orders["bid:000001"], amount_minor=1011)
    orders["bid:000002"] = msgspec.structs.replace(orders["bid:000002"], status="refused")
    house.send(MONDAY, "orders", list(orders.values()))
    answer = house.confirm(MONDAY)
    assert told(answer) == (409, "check_file_differs")
    found = {(one["code"], one["key"], one["field"]) for one in answer.json()["answer"]["breaks"]}
    assert found == {
        ("BRK01", "bid:000000", ""), ("BRK02", "ghost", ""), ("BRK03", "bid:000001", "amount_minor"), ("BRK04", "bid:000002", "status"),
    }  # fmt: skip
    assert told(house.confirm(MONDAY)) == (409, "check_file_differs")
    listed = house.door.get(f"/v1/check-files/{MONDAY}/breaks").json()["items"]
    assert {(one["code"], one["state"]) for one in listed} == {(f"BRK0{n}", "open") for n in (1, 2, 3, 4)}
    assert house.door.get("/v1/check-files").json()["items"][0]["state"] == "differs"


def test_a_line_that_is_no_row_is_a_break_and_the_rest_is_compared(house: House) -> None:
    raw = checkfile.write(house.ours(MONDAY, "balances"), platform="P1", day=MONDAY, kind="balances")
    bad = raw.replace(b"L002,USD,1000000,", b"L002,USD,1000000.00,")
    house.door.put(f"/v1/check-files/{MONDAY}/theirs/balances", bad)
    found = {
        (one["code"], one["kind"], one["key"], one["line"]) for one in house.confirm(MONDAY).json()["answer"]["breaks"]
    }
    assert {one for one in found if one[1] == "balances"} == {
        ("BRK15", "balances", "", 5),
        ("BRK01", "balances", "L002", 0),
    }
    house.door.put(f"/v1/check-files/{MONDAY}/theirs/balances", b"\x00\xff" * 1000)
    found = {
        (one["code"], one["kind"], one["key"], one["line"]) for one in house.confirm(MONDAY).json()["answer"]["breaks"]
    }
    assert {one for one in found if one[1] == "balances"} == {("BRK15", "balances", "", 0)}
    house.send(MONDAY, "balances", house.ours(MONDAY, "balances"))


def test_two_people_close_a_break_and_one_alone_does_not(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    (late,) = [
        one for one in house.door.get(f"/v1/check-files/{MONDAY}/breaks").json()["items"] if one["code"] == "BRK02"
    ]
    wiring = Wiring({"CUNGUAN_HOME": str(house.stack.home), "DATABASE_URL": house.stack.url})
    close = [
        "checkfile",
        "break",
        "close",
        late["id"],
        "--platform",
        "P1",
        "--reason",
        "the platform's test order",
        "--maker",
        "m1",
    ]
    assert main([*close, "--checker", "m1"], wiring) == 2
    assert main([*close, "--checker", "c1"], wiring) == 0
    assert main([*close, "--checker", "c1"], wiring) == 1  # it is closed
    capsys.readouterr()
    codes = {one["code"] for one in house.confirm(MONDAY).json()["answer"]["breaks"]}
    assert codes == {"BRK01", "BRK03", "BRK04"}  # found again, and closed all the same


def test_one_confirm_of_a_platform_is_looked_at_at_a_time(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    begun, go_on, confirm = threading.Event(), threading.Event(), agreeing.confirm

    def slow(*given: Any) -> Any:
        begun.set()
        assert go_on.wait(30)
        return confirm(*given)

    monkeypatch.setattr(agreeing, "confirm", slow)
    path = f"/v1/check-files/{MONDAY}/confirm"
    with ThreadPoolExecutor(1) as one:
        first = one.submit(house.door.post, path, id="c:slow")
        try:
            assert begun.wait(30)
            second = house.stack.door().post(path, id="c:slow")
            assert (told(second), second.headers["retry-after"]) == ((429, "rate_limited"), "2")
            assert house.stack.door().get(f"/v1/check-files/{MONDAY}").status_code == 200  # reads do not wait for it
        finally:
            go_on.set()
        assert first.result().status_code != 429
    monkeypatch.undo()
    assert house.door.post(path, id="c:slow").status_code == first.result().status_code


def test_a_file_that_matches_is_confirmed_once(house: House) -> None:
    house.send(MONDAY, "orders", house.ours(MONDAY, "orders"))
    answer = house.confirm(MONDAY, "confirm-monday")
    assert answer.status_code == 200, answer.text
    assert house.confirm(MONDAY, "confirm-monday").json() == answer.json()
    again = house.confirm(MONDAY)
    assert told(again) == (409, "check_file_confirmed") and "对账文件已确认" in again.json()["detail"]
    assert {one["state"] for one in house.door.get(f"/v1/check-files/{MONDAY}/breaks").json()["items"]} == {"closed"}
    assert house.door.get("/v1/check-files").json()["items"][0]["state"] == "confirmed"
    late = checkfile.write([], platform="P1", day=MONDAY, kind="claims")
    assert told(house.door.put(f"/v1/check-files/{MONDAY}/theirs/claims", late)) == (409, "check_file_confirmed")


# ── Tuesday to Thursday: nobody confirms ─────────────────────────────────────
def test_three_dates_without_a_confirm_stop_new_bids_and_nothing_else(house: House) -> None:
    house.done(bid(20, listing="X1", amount_minor=50, lender=LENDERS[0]))
    for day, following in ((TUESDAY, WEDNESDAY), (WEDNESDAY, THURSDAY), (THURSDAY, FRIDAY)):
        house.close(day, following)
        assert house.sweep(following, 9) == []
    assert [one["state"] for one in house.door.get("/v1/check-files").json()["items"]] == [
        "confirmed",
        "differs",
        "differs",
        "open",
    ]
    assert house.sweep(FRIDAY, 11) == []  # one hour before noon
    (answer,) = house.sweep(FRIDAY, 12)
    assert (answer.id, answer.code) == (f"checkfile:stop:{THURSDAY}", Code.done)
    assert house.sweep(FRIDAY, 13) == []
    late = house.door.get(f"/v1/check-files/{THURSDAY}/breaks").json()["items"]
    assert [(one["code"], one["state"]) for one in late] == [("BRK17", "open")]
    assert house.plane.ask(1, bid(21, listing="X1", amount_minor=50, lender=LENDERS[1])).code is Code.bids_stopped
    house.done(ask(1, "back-too", "bid_cancel", lender=LENDERS[0], hold="bid:000020", amount_minor=50))


def test_a_day_in_the_wrong_place_is_a_matter_of_the_cut_off(house: House) -> None:
    house.send_all(TUESDAY)
    house.send_all(FRIDAY - timedelta(days=1))
    thursday, tuesday = house.ours(THURSDAY, "orders"), house.ours(TUESDAY, "orders")
    house.done(
        plane.deposit(77, tag="late", lender=LENDERS[1], amount_minor=1)
    )  # on Friday by the custodian's day, on Thursday by the platform's
    order = Order("late:000077", "deposit_direct", "done", 1, "USD", "", LENDERS[1], "")
    house.send(THURSDAY, "orders", [*thursday, order])
    assert house.confirm(THURSDAY).status_code == 200
    (timing,) = [
        one for one in house.door.get(f"/v1/check-files/{THURSDAY}/breaks").json()["items"] if one["code"] == "BRK07"
    ]
    assert (timing["key"], timing["state"]) == ("late:000077", "closed")
    assert [row.id for row in tuesday] == ["bid:000020"]
    assert house.confirm(TUESDAY).status_code == 200


def test_figures_do_for_a_platform_without_files_and_the_stop_ends(house: House) -> None:
    heads = {
        one["kind"]: one
        for one in house.door.get(f"/v1/check-files/{WEDNESDAY}").json()["files"]
        if one["kind"] in KINDS
    }
    said = [{name: head[name] for name in ("kind", "count", "debit_minor", "credit_minor")} for head in heads.values()]
    wrong = [{**one, "credit_minor": one["credit_minor"] + (one["kind"] == "balances")} for one in said]
    path = f"/v1/check-files/{WEDNESDAY}/figures"
    assert told(house.door.post(path, {"figures": [*said, said[0]]}))[0] == 422
    assert house.door.post(path, {"figures": wrong}).status_code == 200
    (found,) = [one for one in house.confirm(WEDNESDAY).json()["answer"]["breaks"] if one["code"] != "BRK17"]
    assert (found["code"], found["kind"], found["field"]) == ("BRK03", "balances", "credit_minor")
    assert house.sweep(FRIDAY, 14) == []  # one date is still late: the stop stands
    assert house.door.post(path, {"figures": said}).status_code == 200
    assert house.confirm(WEDNESDAY).status_code == 200
    (answer,) = house.sweep(FRIDAY, 14)
    assert (answer.id, answer.code) == (f"checkfile:resume:{THURSDAY}", Code.done)
    house.done(bid(22, listing="X1", amount_minor=50, lender=LENDERS[1]))


def test_an_id_is_used_for_one_upload(house: House) -> None:
    house.close(FRIDAY, FRIDAY + timedelta(days=3))
    house.sweep(FRIDAY + timedelta(days=3))
    raw = checkfile.write([], platform="P1", day=FRIDAY, kind="claims")
    path = f"/v1/check-files/{FRIDAY}/theirs/claims"
    first = house.door.put(path, raw, id="up-1")
    assert house.door.put(path, raw, id="up-1").json() == first.json()
    assert told(house.door.put(path, raw + b"\n", id="up-1")) == (409, "exists_with_different_body")
    assert told(house.door.put(path, b"", id="up-2")) == (422, "details_missing")


# ── the command line ─────────────────────────────────────────────────────────
def test_the_command_line_shows_compares_and_tells_the_state(
    house: House, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wiring = Wiring({"CUNGUAN_HOME": str(house.stack.home), "DATABASE_URL": house.stack.url})
    assert main(["checkfile", "show", str(MONDAY), "--platform", "P1", "--json"], wiring) == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown["day"]["state"] == "confirmed" and len(shown["files"]) == 9
    assert main(["checkfile", "confirm-status", "--platform", "P1", "--json"], wiring) == 1  # Friday is open
    assert [one["state"] for one in json.loads(capsys.readouterr().out)][-1] == "open"
    assert main(["checkfile", "make", str(MONDAY), "--platform", "P1"], wiring) == 1  # it has its files
    ours, theirs = tmp_path / "ours.csv", tmp_path / "theirs.csv"
    of = {"platform": "P1", "day": MONDAY, "kind": "claims"}
    ours.write_bytes(checkfile.write([ClaimLine("b1", "X", "ann", 1), ClaimLine("b2", "X", "bob", 2)], **of))
    theirs.write_bytes(checkfile.write([ClaimLine("b1", "X", "ann", 3)], form="jsonl", **of))
    assert main(["checkfile", "compare", str(ours), str(ours)], wiring) == 0
    capsys.readouterr()
    assert main(["checkfile", "compare", str(ours), str(theirs), "--json"], wiring) == 1
    found = json.loads(capsys.readouterr().out)
    assert [(one["code"], one["key"]) for one in found["differences"]] == [("BRK03", "b1"), ("BRK01", "b2")]
    assert main(["checkfile", "compare", str(ours), str(tmp_path / "none")], wiring) == 2
    theirs.write_bytes(b"nothing of a check file")
    assert main(["checkfile", "compare", str(ours), str(theirs)], wiring) == 1
    assert "BRK15" in capsys.readouterr().out
    assert main(["checkfile", "compare", str(theirs), str(ours)], wiring) == 2
