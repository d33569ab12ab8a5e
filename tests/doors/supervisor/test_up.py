"""The whole house, by one command: it is well, it comes back whatever is killed, it leaves nobody behind."""

import base64
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

from cunguan.client import Client, Failed, Refused
from cunguan.client.shapes import Instructed
from cunguan.config.wiring import Wiring
from cunguan.desks.ledger.migrate import migrate
from cunguan.doors.api.app import endpoints
from cunguan.doors.cli.main import main
from cunguan.doors.supervisor import reset
from cunguan.doors.supervisor.seed import sow
from cunguan.keys.installation import Keys
from cunguan.plane.client import Client as PlaneClient
from cunguan.store.shown import Card as CardRow
from cunguan.store.shown import Deposit as DepositRow
from cunguan.store.shown import Withdrawal as WithdrawalRow
from tests.conftest import make_home, remove_home
from tests.doors.api.lanmao_platform import House, number
from tests.doors.api.lanmao_platform import Platform as Lanmao
from tests.doors.supervisor.house import Up, cunguan, is_gone, texts, until
from tests.keys.providers import transit

PROCESSES = {"plane", "demobank", "door", "web", "jobs", "log", "witnesses"}


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
    up.well()
    said = cunguan(up.home, "status", "--json")
    found = json.loads(said.stdout)
    assert (said.returncode, found["troubles"]) == (0, [])
    assert {one["name"] for one in found["up"]["processes"]} == PROCESSES
    assert [(lane["lane"], lane["platform"]) for lane in found["lanes"]] == [(0, "custodian"), (1, "sandbox")]
    assert all(lane["owner"] and lane["business_date"] for lane in found["lanes"])


def test_the_log_is_served_and_its_sandbox_witnesses_cosign_it(up: Up) -> None:
    until(lambda: cunguan(up.home, "log", "status").returncode == 0, "the log to be cosigned")
    told = json.loads(cunguan(up.home, "log", "status", "--json").stdout)
    assert set(told["witnesses"]) == {"platform", "regulator", "auditor"} and len(told["cosigners"]) >= 2
    assert told["published"] == told["size"] > 0 and told["is_running"]
    with httpx.Client(base_url=up.told["door"], trust_env=False) as door:
        shown = door.get("/log/checkpoint")
        assert shown.headers["Cache-Control"] == "public, max-age=1"
        origin, size, _ = shown.text.split("\n", 2)
        assert origin == told["origin"]
        tile = door.get(f"/log/tile/entries/000.p/{size}")
        assert tile.status_code == 200 and "immutable" in tile.headers["Cache-Control"]
        assert len(tile.content) == 44 * int(size)
        for wrong in (
            "tile/0/999",
            "tile/0/000.p/256",
            "tile/0/..%2F..%2Fcheckpoint",
            "tile/0/%2e%2e/checkpoint",
            "tile/64/000",
            ".lock",
        ):
            assert door.get(f"/log/{wrong}").status_code == 404, wrong


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


def test_the_shell_speaks_to_the_door_like_a_program(
    up: Up, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CUNGUAN_CREDENTIALS", str(up.credentials))
    seen = cunguan(up.home, "api", "GET", "/v1/platform")
    assert (seen.returncode, json.loads(seen.stdout)["platform"]) == (0, "sandbox")
    here = Wiring({**os.environ, "CUNGUAN_HOME": str(up.home)})
    assert main(["api", "submit", "disbursement", "shell:1", "listing=nowhere"], here) == 1
    assert json.loads(capsys.readouterr().out)["code"] == "listing_not_found"
    assert main(["api", "submit", "disbursement", "shell:2", "listing"], here) == 2
    assert "NAME=VALUE" in capsys.readouterr().err


def test_a_second_one_in_the_same_home_is_refused(up: Up, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["up"], Wiring({**os.environ, "CUNGUAN_HOME": str(up.home)})) == 1
    assert "is up already" in capsys.readouterr().err


def test_a_port_that_is_taken_is_named(up: Up, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    port = up.told["door"].rpartition(":")[2]
    here = Wiring({**os.environ, "CUNGUAN_HOME": str(tmp_path), "DATABASE_URL": up.told["database"]})
    assert main(["up", "--port", port], here) == 1
    assert f"port {port} of 127.0.0.1 cannot be had" in capsys.readouterr().err


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
        owner.execute("DELETE FROM bank_file_seen")  # as if nothing had ever been fetched: every file comes again
        until(lambda: owner.execute("SELECT FROM bank_file_again").fetchone() is not None, "the same bytes")
        until(lambda: not owner.execute("SELECT FROM bank_file WHERE state = 'received'").fetchall(), "the inbox")
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


PAYMENTS = {"W-twice": "answers_twice", "W-silent": "no_answer", "W-late": "late", "W-after": "pays"}


def test_a_withdrawal_is_settled_once_however_often_the_bank_says_so(platform: Client) -> None:
    """S-05: a bank that answers twice, one that only a query asks out, and one that calls after it was asked."""
    at_bank = platform.sandbox
    card = {"holder": "L5", "card": "card-L5", "payee_hash": "payee-L5"}
    platform.open_account("open-L5", holder="L5", person="p5", role="lender", pool="main", kind="person")
    at_bank.confirm("open-L5")
    at_bank.receive("in-L5", "L5", 100_000)
    at_bank.confirmed("bind-L5", "card_binding", **card)
    cooled = platform.find(CardRow, "card-L5")
    assert cooled is not None
    at_bank.move_to(cooled.cooling_until)
    for name, behaviour in PAYMENTS.items():
        if name == "W-after":  # the bank's next day: the late one is paid, and called back
            until(lambda: _state(platform, "W-late") == "in_doubt", "the late one to be at the bank")
            at_bank.move_to(cooled.cooling_until + timedelta(days=1))
            until(lambda: _settled(platform) == set(PAYMENTS) - {"W-after"}, "the three withdrawals")
        at_bank.bank(behaviour, payment=name)
        at_bank.confirmed(name, "withdrawal", bank_account="bank:main", amount_minor=10_000, **card)
    until(lambda: _settled(platform) == set(PAYMENTS), "the last one, sent after all calls of the others")
    balances = platform.balances("L5")
    assert (balances.available_minor, balances.outbound_minor, balances.held_minor) == (60_000, 0, 0)
    out = [(line.side, line.amount_minor) for line in platform.statement("L5", account="outbound")]
    assert sorted(out) == [("credit", 10_000)] * 4 + [("debit", 10_000)] * 4
    paid = [line.instruction for line in platform.statement("L5", account="outbound") if line.side == "debit"]
    told = [one for one in platform.each(Instructed, kind="withdrawal_result") if one.id in paid]
    assert len(set(paid)) == 4 and sorted(one.id for one in told) == sorted(paid), "one result each, and each once"


def _state(platform: Client, name: str) -> str:
    found = platform.find(WithdrawalRow, name)
    return found.state if found is not None else ""


def _settled(platform: Client) -> set[str]:
    return {one.id for one in platform.each(WithdrawalRow) if one.id in PAYMENTS and one.state == "settled"}


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


def test_a_large_withdrawal_leaves_only_when_two_of_three_witnesses_have_seen_it(up: Up, platform: Client) -> None:
    at_bank = platform.sandbox
    card = {"holder": "L7", "card": "card-L7", "payee_hash": "payee-L7"}
    platform.open_account("open-L7", holder="L7", person="p7", role="lender", pool="main", kind="person")
    at_bank.confirm("open-L7")
    at_bank.receive("in-L7", "L7", 100_000)
    at_bank.confirmed("bind-L7", "card_binding", **card)
    cooled = platform.find(CardRow, "card-L7")
    assert cooled is not None
    at_bank.move_to(cooled.cooling_until)
    two = ("--maker", "ann", "--checker", "ben", "--reason", "large ones first")
    assert cunguan(up.home, "log", "policy", "set", "--currency", "CNY", "--amount", "500", *two).returncode == 0
    witnesses = next(one["pid"] for one in up.told["processes"] if one["name"] == "witnesses")
    os.kill(witnesses, signal.SIGSTOP)
    try:
        for name, amount in (("W7-large", 50_000), ("W7-small", 49_999)):
            at_bank.confirmed(name, "withdrawal", bank_account="bank:main", amount_minor=amount, **card)
        until(lambda: _state(platform, "W7-small") == "settled", "the small one, which waits for nobody")
        told = json.loads(cunguan(up.home, "log", "policy", "show", "--json").stdout)
        assert [one["payment"] for one in told["waiting"]] == ["W7-large"]
        assert _state(platform, "W7-large") == "held"
    finally:
        os.kill(witnesses, signal.SIGCONT)
    until(lambda: _state(platform, "W7-large") == "settled", "the large one, when the witnesses are back")
    assert cunguan(up.home, "log", "policy", "show").returncode == 0


def test_the_bank_charges_loses_files_and_its_channel_settles_on_the_next_day(up: Up, platform: Client) -> None:
    asked = platform.open_account("open-L6", holder="L6", person="p6", role="lender", pool="main", kind="person")
    platform.sandbox.confirm(asked.id)
    platform.call("POST", "/v1/sandbox/bank-files", {"kind": "statement", "fate": "twice"}, id="files-1")
    charged = platform.call(
        "POST", "/v1/sandbox/bank-charges", {"id": "c1", "bank_account": "bank:main", "amount_minor": 5}, id="c1"
    )
    assert (charged["booking"], charged["is_credit"], charged["amount_minor"]) == ("charge", False, 5)
    body = {"id": "pay-1", "bank_account": "bank:main", "holder": "L6", "amount_minor": 10_000, "fee_minor": 60}
    paid, again = (platform.call("POST", "/v1/sandbox/channel-payments", body, id="pay-1") for _ in range(2))
    assert paid == again
    assert platform.balances("L6").uncleared_minor == 10_000
    platform.sandbox.move_to(date.fromisoformat(paid["settle_date"]))
    until(lambda: platform.balances("L6").available_minor == 10_000, "the channel to settle")
    with psycopg.connect(up.told["database"]) as owner:
        until(
            lambda: owner.execute("SELECT 1 FROM bank_file_again WHERE name LIKE '%camt.053.xml'").fetchone(),
            "it twice",
        )
        (cause,) = owner.execute("SELECT DISTINCT cause FROM bank_entry WHERE outcome = 'person'").fetchone() or ("",)
    assert cause == "charge"


def test_one_page_shows_the_figures_of_all_processes(up: Up, platform: Client) -> None:
    platform.platform()
    page = httpx.get(f"{up.told['door']}/metrics", trust_env=False).text
    assert 'cunguan_api_request_seconds_count{endpoint="/v1/platform",method="GET",status="200"}' in page
    assert 'cunguan_loop_rounds_total{loop="bank_inbox",outcome="done"}' in page
    assert 'cunguan_lane_head{lane="1"}' in page
    with pytest.raises(Refused):
        platform.submit("counted:1", "disbursement", listing="nowhere")
    planes = (
        'cunguan_lane_instructions_total{code="listing_not_found",lane="1"}',
        'cunguan_lane_batches_total{lane="1"}',
    )
    until(lambda: all(name in _page(up) for name in planes), "the plane to say what it did")
    assert 'cunguan_lane_queued{lane="1"}' in _page(up)
    assert [lane["queued"] for lane in up.well()["lanes"]] == [0, 0]
    proxied = httpx.get(f"{up.told['door']}/metrics", trust_env=False, headers={"X-Forwarded-For": "127.0.0.1"})
    assert proxied.status_code == 404


def _page(up: Up) -> str:
    return httpx.get(f"{up.told['door']}/metrics", trust_env=False).text


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


def test_whatever_is_killed_comes_back_and_the_database_too(up: Up, platform: Client) -> None:
    before, head = up.pids(), up.well()["lanes"][1]["head"]
    for pid in (*before.values(), _postmaster(up)):
        os.kill(pid, signal.SIGKILL)
    until(lambda: None not in (now := set(up.pids().values())) and not now & set(before.values()), "the restarts")
    found = up.well()
    assert min(one["restarts"] for one in found["up"]["processes"]) >= 1
    assert found["lanes"][1]["head"] >= head
    assert "SIGKILL); it is started again" in up.said() and "the database has ended" in up.said()
    assert platform.platform().platform == "sandbox"


def _postmaster(up: Up) -> int:
    return int((up.home / "postgres" / "data" / "postmaster.pid").read_text().splitlines()[0])


def test_sowing_again_changes_nothing(up: Up) -> None:
    before = _sown(up)
    plane = PlaneClient(up.home / "plane.sock")
    made = sow(up.told["database"], plane, up.told["bank"], date(2099, 1, 1))
    plane.close()
    assert msgspec.to_builtins(made) == up.told["sandbox"]
    assert _sown(up) == before


def _sown(up: Up) -> list[tuple[object, ...]]:
    """Return what was handed in of the kinds a sandbox begins with; the house goes on working meanwhile."""
    kinds = ["lane_opening", "platform_registration", "pool_papers", "fee_schedule"]
    with psycopg.connect(up.told["database"]) as connection:
        found = connection.execute(
            "SELECT lane, seq, id, kind FROM instruction WHERE kind = ANY(%s) ORDER BY lane, seq", (kinds,)
        ).fetchall()
    assert len(found) >= 4
    return found


SANDBOX_ONLY = [one for one in endpoints() if one.sandbox]


@pytest.fixture
def kept_keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Keys that do not lie in files, made as at a ceremony."""
    token = tmp_path / "token"
    token.write_text(transit.TOKEN)
    token.chmod(0o600)
    with transit.serving(transit.Transit()) as url:
        keys = Keys(tmp_path, f"vault:{url}?token-source={token}")
        for name in ("kek", "custodian", "log"):
            keys.provider.rotate(name)
        monkeypatch.setenv("CUNGUAN_KEYS", keys.where)
        for name, value in identity_ports(tmp_path).items():
            monkeypatch.setenv(name, value)
        yield


def identity_ports(folder: Path) -> dict[str, str]:
    """Return ports of identity that are no sandbox's; nobody asks them anything here."""
    lists = folder / "lists"
    lists.mkdir()
    (lists / "own.csv").write_text("id,name\n1,Nobody Of That Name\n")
    return {
        "CUNGUAN_VERIFIER_URL": "https://verifier.example", "CUNGUAN_LIVENESS_URL": "https://liveness.example",
        "CUNGUAN_LIVENESS_KEY": base64.b64encode(bytes(32)).decode(), "CUNGUAN_SCREENING_LISTS": str(lists),
    }  # fmt: skip


def test_nobody_outlives_a_killed_supervisor_and_where_its_sandbox_was_wiped_a_production_begins(
    up: Up, kept_keys: None
) -> None:
    pids = [*up.pids().values(), _postmaster(up)]
    up.end(signal.SIGKILL)
    for pid in pids:
        until(lambda pid=pid: is_gone(pid), f"the end of {pid}")  # type: ignore[misc]
    assert "nothing runs here" in str(up.status()[1]["troubles"])
    until(lambda: _is_wiped(up), "the end of the dead plane's lease")
    assert not {"postgres", "demobank", "sandbox-keys", "sandbox-platform.json"} & {
        one.name for one in up.home.iterdir()
    }
    up.__init__(up.home, "--production")  # type: ignore[misc]  # the same home, again
    assert [up.told[name] for name in ("bank", "sandbox", "credentials")] == ["", None, None]
    assert {one["name"] for one in up.told["processes"]} == PROCESSES - {"demobank", "witnesses"}
    assert httpx.get(f"{up.told['door']}/readyz", trust_env=False).status_code == 200
    assert [(lane["lane"], bool(lane["owner"])) for lane in up.well()["lanes"]] == [(0, True)]
    assert not (up.home / "sandbox-keys").exists()
    for one in SANDBOX_ONLY:
        found = httpx.request(one.method, up.told["door"] + one.path.replace("{id}", "a1"), trust_env=False)
        assert (found.status_code, found.json()["code"]) == (404, "not_found"), one.path
    assert httpx.get(f"{up.told['door']}/v1/platform", trust_env=False).status_code == 401
    running = up.pids()
    assert up.end(signal.SIGINT) == 0
    assert all(is_gone(pid) for pid in running.values())
    code, seen = up.status()
    assert (code, seen["up"], seen["database"]) == (1, None, "stopped")


def _is_wiped(up: Up) -> bool:
    try:
        reset.wipe(Wiring({**os.environ, "CUNGUAN_HOME": str(up.home)}).database(), up.home)
    except reset.NoSandbox as wrong:
        assert "writes this database now" in str(wrong)
        return False
    return True


def test_production_refuses_a_demo_bank(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wiring = Wiring({"CUNGUAN_HOME": str(tmp_path), "CUNGUAN_BANK": "http://127.0.0.1:1"})
    assert main(["up", "--production"], wiring) == 2
    assert "CUNGUAN_BANK" in capsys.readouterr().err
    assert not any(tmp_path.iterdir())


@pytest.mark.parametrize("verb", ["up", "plane", "serve", "jobs"])
def test_production_refuses_keys_in_files(verb: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wiring = Wiring({"CUNGUAN_HOME": str(tmp_path)})
    assert main([verb, "--production"], wiring) in (1, 2)
    err = capsys.readouterr().err
    assert "CUNGUAN_KEYS=file:" in err and "docs/keys.md" in err
    assert not any(tmp_path.iterdir())


def test_production_refuses_to_verify_nobody(
    kept_keys: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("CUNGUAN_VERIFIER_URL")
    wiring = Wiring({**os.environ, "CUNGUAN_HOME": str(tmp_path / "home")})
    assert main(["up", "--production"], wiring) == 2
    assert "CUNGUAN_VERIFIER_URL" in capsys.readouterr().err and not (tmp_path / "home").exists()


@pytest.mark.parametrize(("verb", "code"), [("up", 2), ("jobs", 1)])
def test_a_message_gateway_that_cannot_be_used_is_refused(
    verb: str, code: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wiring = Wiring({"CUNGUAN_HOME": str(tmp_path), "CUNGUAN_NOTICE_URL": "http://gateway.example"})
    assert main([verb], wiring) == code
    assert "CUNGUAN_NOTICE_URL" in capsys.readouterr().err and not any(tmp_path.iterdir())


def test_a_production_says_at_its_start_that_it_has_no_message_gateway(
    kept_keys: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    class Ends(Exception):
        pass

    def ends(*given: object) -> None:
        raise Ends

    monkeypatch.setattr("cunguan.doors.telemetry.logs.set_up", lambda *given: None)
    monkeypatch.setattr(Wiring, "database", ends)
    for more, is_said in (({}, True), ({"CUNGUAN_NOTICE_URL": "https://gateway.example"}, False)):
        caplog.clear()
        with pytest.raises(Ends):
            main(["jobs", "--production"], Wiring({**os.environ, **more, "CUNGUAN_HOME": str(tmp_path / "home")}))
        assert ("CUNGUAN_NOTICE_URL" in caplog.text) == is_said


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
