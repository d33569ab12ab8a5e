"""The whole house, by one command: it is well, it comes back whatever is killed, it leaves nobody behind."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import httpx
import msgspec
import psycopg
import pytest

from cunguan.client import Client, Failed
from cunguan.config.wiring import Wiring
from cunguan.desks.ledger.migrate import migrate
from cunguan.doors.cli.main import main
from cunguan.doors.supervisor import reset
from cunguan.doors.supervisor.seed import sow
from cunguan.plane.client import Client as PlaneClient
from cunguan.store.shown import Deposit as DepositRow
from tests.conftest import make_home, remove_home
from tests.doors.api.lanmao_platform import House, number
from tests.doors.api.lanmao_platform import Platform as Lanmao
from tests.doors.supervisor.house import Up, cunguan, is_gone, texts, until

PROCESSES = {"plane", "demobank", "door", "jobs"}


@pytest.fixture(scope="module")
def up() -> Iterator[Up]:
    """The house on the embedded database."""
    home = make_home()
    running = Up(home)
    try:
        yield running
        if running.process.poll() is None:
            assert running.end() == 0
    finally:
        if running.process.poll() is None:
            running.process.kill()
        print(running.said())  # shown by pytest where a test failed
        remove_home(home)


@pytest.fixture
def platform(up: Up) -> Iterator[Client]:
    with Client.open(up.credentials, patience=60) as client:
        yield client


def test_it_tells_addresses_and_credentials_and_keeps_the_key_to_itself(up: Up) -> None:
    assert {one["name"] for one in up.told["processes"]} == PROCESSES
    assert up.told["sandbox"]["platform"] == up.told["credentials"]["platform"] == "sandbox"
    key = up.home / up.told["credentials"]["private_key"]
    assert key.stat().st_mode & 0o777 == up.credentials.stat().st_mode & 0o777 == 0o600
    secret = key.read_text().splitlines()[1]
    assert secret not in texts(up.home) + str(up.told)


def test_status_says_that_all_is_well(up: Up) -> None:
    found = up.well()
    assert {one["name"] for one in found["up"]["processes"]} == PROCESSES
    assert [(lane["lane"], lane["platform"]) for lane in found["lanes"]] == [(0, "custodian"), (1, "sandbox")]
    assert all(lane["owner"] and lane["business_date"] for lane in found["lanes"])


def test_the_tutorial_takes_a_newcomer_to_a_repaid_loan(up: Up) -> None:
    page = (Path(__file__).parents[3] / "docs" / "tutorial.md").read_text("utf-8")
    program = page.split("```python\n", 1)[1].split("```", 1)[0]
    assert len([line for line in program.splitlines() if line.strip()]) <= 22, "about twenty lines"
    given = {**os.environ, "CUNGUAN_CREDENTIALS": str(up.credentials)}
    first, again = (
        subprocess.run([sys.executable, "-c", program], env=given, capture_output=True, text=True, check=False)
        for _ in range(2)
    )
    assert (first.returncode, first.stdout) == (0, "1010000\n"), first.stderr
    assert "another raise_until" in again.stderr, "what the page says of a second run"


def test_the_shell_speaks_to_the_door_like_a_program(up: Up) -> None:
    given = {"CUNGUAN_CREDENTIALS": str(up.credentials)}
    seen = cunguan(up.home, "api", "GET", "/v1/platform", **given)
    assert (seen.returncode, json.loads(seen.stdout)["platform"]) == (0, "sandbox")
    refused = cunguan(up.home, "api", "submit", "disbursement", "shell:1", "listing=nowhere", **given)
    assert (refused.returncode, json.loads(refused.stdout)["code"]) == (1, "listing_not_found")
    wrong = cunguan(up.home, "api", "submit", "disbursement", "shell:2", "listing", **given)
    assert wrong.returncode == 2 and "NAME=VALUE" in wrong.stderr


def test_a_second_one_in_the_same_home_is_refused(up: Up) -> None:
    second = cunguan(up.home, "up")
    assert (second.returncode, "is up already" in second.stderr) == (1, True)


def test_a_port_that_is_taken_is_named(up: Up, tmp_path: Path) -> None:
    port = up.told["door"].rpartition(":")[2]
    found = cunguan(tmp_path, "up", "--port", port, DATABASE_URL=up.told["database"])
    assert found.returncode == 1
    assert f"port {port} of 127.0.0.1 cannot be had" in found.stderr


def test_somebody_pays_in_and_the_client_has_it(up: Up, platform: Client) -> None:
    asked = platform.open_account("open-L1", holder="L1", person="p1", role="lender", pool="main", kind="person")
    platform.call("POST", f"/v1/sandbox/authorisations/{asked.id}/confirm", id=f"confirm:{asked.id}")
    platform.outcome("open-L1")
    receipt = _receipt("in-1")
    first, again = (platform.call("POST", "/v1/sandbox/receipts", receipt, id="in-1") for _ in range(2))
    assert first == again
    until(lambda: platform.balances("L1").available_minor == 50_000, "the deposit")
    other = {**receipt, "id": "in-2", "payer_matches": False}
    told = platform.call("POST", "/v1/sandbox/receipts", other, id="in-2")
    found = until(lambda: platform.find(DepositRow, told["deposit"]), "the second deposit")
    assert (found.state, found.amount_minor) == ("in_suspense", 50_000)
    with psycopg.connect(up.told["database"], autocommit=True) as owner:
        owner.execute("DELETE FROM bank_cursor")  # as if the inbox had never read: every line comes again
        until(lambda: owner.execute("SELECT number FROM bank_cursor").fetchone() is not None, "the inbox")
    assert platform.balances("L1").available_minor == 50_000
    with pytest.raises(Failed, match="there is no such bank account"):
        platform.call("POST", "/v1/sandbox/receipts", {**receipt, "bank_account": "nobody"}, id="in-1")


def test_somebody_pays_in_by_the_dialect_and_the_banks_line_is_told(up: Up) -> None:
    house = House(up.told["database"], up.told["door"])
    platform, user, name = Lanmao(house, "sandbox"), number("U"), number("in")
    who = {"realName": "张三", "idCardNo": number("ID"), "userRole": "INVESTOR"}
    told = platform.gateway("PERSONAL_REGISTER_EXPAND", requestNo=number("open"), platformUserNo=user, **who)
    assert told["status"] == "SUCCESS", told
    told = platform.gateway("RECHARGE", requestNo=name, platformUserNo=user, amount="12.34")
    assert (told["status"], told["rechargeStatus"], told["amount"]) == ("SUCCESS", "SUCCESS", "12.34"), told
    assert platform.service("QUERY_USER_INFORMATION", platformUserNo=user)["availableAmount"] == "12.34"
    record = platform.service("QUERY_TRANSACTION", requestNo=name, transactionType="RECHARGE")["records"][0]
    assert record["rechargeStatus"] == "SUCCESS"
    with psycopg.connect(up.told["database"]) as owner:
        deposits = owner.execute("SELECT id, amount_minor FROM deposit WHERE holder = %s", (user,)).fetchall()
    assert [(one[0].split(":")[0], one[1]) for one in deposits] == [("statement", 1_234)], "by the bank's line"


def _receipt(name: str, holder: str = "L1") -> dict[str, object]:
    return {"id": name, "bank_account": "bank:main", "holder": holder, "amount_minor": 50_000}


def test_time_goes_by_day_by_day_and_not_back(up: Up, platform: Client) -> None:
    before = platform.call("GET", "/v1/sandbox/clock")
    wish = {"business_date": (date.fromisoformat(before["business_date"]) + timedelta(days=10)).isoformat()}
    assert platform.call("POST", "/v1/sandbox/clock", wish, id="clock-1") == {
        **wish,
        "bank_date": wish["business_date"],
    }
    assert {lane["business_date"] for lane in up.status()[1]["lanes"]} == {wish["business_date"]}
    with pytest.raises(Failed, match="it goes forward only"):
        platform.call("POST", "/v1/sandbox/clock", {"business_date": before["business_date"]}, id="clock-2")


def test_the_bank_misbehaves_as_it_is_told(platform: Client) -> None:
    body = {"behaviours": [{"behaviour": "pays", "weight": 3}, {"behaviour": "returns", "days": 5}]}
    drawn = platform.call("POST", "/v1/sandbox/bank", body, id="bank-1")["behaviours"]
    assert [(one["weight"], one["behaviour"]["returned_days"]) for one in drawn] == [(3, None), (1, 5)]
    one = {"payment": "W1", "behaviours": [{"behaviour": "mute", "days": 3}]}
    assert platform.call("POST", "/v1/sandbox/bank", one, id="bank-2")["payments"]["W1"]["mute_days"] == 3
    assert platform.call("GET", "/v1/sandbox/bank")["behaviours"] == drawn


def test_one_page_shows_the_figures_of_all_processes(up: Up, platform: Client) -> None:
    platform.platform()
    page = httpx.get(f"{up.told['door']}/metrics", trust_env=False).text
    assert 'cunguan_api_request_seconds_count{endpoint="/v1/platform",method="GET",status="200"}' in page
    assert 'cunguan_loop_rounds_total{loop="bank_inbox",outcome="done"}' in page
    assert 'cunguan_lane_head{lane="1"}' in page
    proxied = httpx.get(f"{up.told['door']}/metrics", trust_env=False, headers={"X-Forwarded-For": "127.0.0.1"})
    assert proxied.status_code == 404


def test_logs_are_lines_of_json_and_hold_no_secret(up: Up, platform: Client) -> None:
    planted = "planted-4f2a"
    platform.call("POST", "/v1/sandbox/receipts", _receipt("in-9", holder=planted), id="in-9")
    httpx.get(f"{up.told['door']}/authorise/{planted}?x={planted}", headers={"Authorization": planted}, trust_env=False)
    httpx.post(f"{up.told['door']}/v1/instructions", content=planted * 9, trust_env=False)
    up.well()
    assert planted not in texts(up.home)
    for log in (up.home / "logs").glob("*.log"):
        lines = [json.loads(line) for line in log.read_text().splitlines()]
        assert {line["process"] for line in lines} == {log.stem}


def test_whatever_is_killed_comes_back(up: Up, platform: Client) -> None:
    before, head = up.pids(), up.well()["lanes"][1]["head"]
    for pid in before.values():
        os.kill(pid, signal.SIGKILL)
    until(lambda: None not in (now := set(up.pids().values())) and not now & set(before.values()), "the restarts")
    found = up.well()
    assert {one["name"]: one["restarts"] for one in found["up"]["processes"]} == dict.fromkeys(PROCESSES, 1)
    assert found["lanes"][1]["head"] >= head
    assert "SIGKILL); it is started again" in up.said()
    assert platform.platform().platform == "sandbox"


def test_a_killed_database_comes_back(up: Up, platform: Client) -> None:
    os.kill(_postmaster(up), signal.SIGKILL)
    until(lambda: "the database has ended" in up.said(), "the word of it")
    up.well()
    assert platform.platform().platform == "sandbox"


def _postmaster(up: Up) -> int:
    return int((up.home / "postgres" / "data" / "postmaster.pid").read_text().splitlines()[0])


def test_sowing_again_changes_nothing(up: Up) -> None:
    before = up.well()
    plane = PlaneClient(up.home / "plane.sock")
    made = sow(up.told["database"], plane, up.told["bank"], date(2099, 1, 1))
    plane.close()
    assert msgspec.to_builtins(made) == up.told["sandbox"]
    assert [lane["head"] for lane in up.well()["lanes"]] == [lane["head"] for lane in before["lanes"]]


def test_nobody_outlives_a_supervisor_that_was_killed_and_a_reset_begins_with_nothing(up: Up) -> None:
    pids = [*up.pids().values(), _postmaster(up)]
    up.end(signal.SIGKILL)
    for pid in pids:
        until(lambda pid=pid: is_gone(pid), f"the end of {pid}")  # type: ignore[misc]
    assert "nothing runs here" in str(up.status()[1]["troubles"])
    asked = cunguan(up.home, "up", "--reset")
    assert (asked.returncode, "say --yes" in asked.stderr) == (2, True)
    up.__init__(up.home, "--reset", "--yes")  # type: ignore[misc]  # the same house, again
    found = up.well()
    assert found["lanes"][1]["head"] == 2, "the opening and the fee schedule"
    with Client.open(up.credentials, patience=60) as client:
        assert client.call("GET", "/v1/sandbox/receipts", bank_account="bank:main")["items"] == []


def test_it_stops_in_order_on_ctrl_c(up: Up) -> None:
    pids = up.pids()
    assert up.end(signal.SIGINT) == 0
    assert all(is_gone(pid) for pid in pids.values())
    code, found = up.status()
    assert (code, found["up"], found["database"]) == (1, None, "stopped")


@pytest.mark.parametrize("more", [[], ["--yes", "--production"]])
def test_a_reset_is_not_done_unasked_nor_in_production(more: list[str], tmp_path: Path) -> None:
    wiring = Wiring({"CUNGUAN_HOME": str(tmp_path)})
    assert main(["up", "--reset", *more], wiring) == 2
    assert not any(tmp_path.iterdir())


def test_what_is_not_a_sandbox_of_ours_is_not_wiped(wheel_database: str) -> None:
    with psycopg.connect(wheel_database) as owner:
        owner.execute("CREATE TABLE of_somebody_else (id int4)")
    with pytest.raises(reset.NoSandbox, match="of_somebody_else"):
        reset.check(wheel_database)


def test_an_external_sandbox_is_emptied(wheel_database: str) -> None:
    migrate(wheel_database)
    reset.check(wheel_database)
    reset.empty(wheel_database)
    migrate(wheel_database)
    with psycopg.connect(wheel_database) as owner:
        owner.execute(
            "INSERT INTO lane_day (lane, id, business_date, next_account, state, platform, pack, sandbox) "
            "VALUES (1, 'day', '2026-01-01', 1, 'open', 'P1', 'cn_p2p', false)"
        )
    with pytest.raises(reset.NoSandbox, match="P1"):
        reset.check(wheel_database)
