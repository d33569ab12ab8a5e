"""`cunguan receipt`: exit codes and both outputs; a check needs no database."""

import json
from pathlib import Path

import pytest
from psycopg.conninfo import make_conninfo

from cunguan.config.wiring import Wiring
from cunguan.doors.cli.main import main
from cunguan.store import roles
from tests.doors.receipts.books import BANK, L7, L8
from tests.doors.receipts.conftest import Issuing
from tests.transparency.receipt_case import CUSTODIAN, LOG, POLICY
from tests.transparency.test_receipt import GOOD, HERE, PAID

Output = pytest.CaptureFixture[str]


@pytest.fixture
def files(tmp_path: Path) -> Path:
    for leaf in PAID:
        (tmp_path / f"{leaf.number}.json").write_bytes(HERE.file(leaf))
    (tmp_path / "bad.json").write_bytes(GOOD.replace(b"CNY", b"USD"))
    (tmp_path / "policy").write_text(POLICY)
    return tmp_path


def run(*argv: object, environ: dict[str, str] | None = None) -> int:
    return main(["receipt", *map(str, argv)], Wiring(environ or {}))


def test_verify_tells_in_both_languages_what_holds(files: Path, capsys: Output) -> None:
    pins = ("--policy", files / "policy", "--key", LOG.key.text(), "--custodian", CUSTODIAN.key.text())
    assert run("verify", files / "1.json", *pins, "--lang", "en") == 0
    told = capsys.readouterr().out
    assert "1.json: This receipt holds" in told and "CNY 100.00  credited to 2010 available  L7" in told
    assert "Logged no later than: 2026-03-02 09:00:02 UTC" in told and "That the bank has the money" in told
    assert run("verify", files / "1.json", "--lang", "zh") == 0
    told = capsys.readouterr().out
    assert "公钥来自文件自身" in told and "仅由文件自身提供：日志公钥、见证策略、存管人公钥" in told


def test_verify_answers_1_where_something_is_refused_or_missing(files: Path, capsys: Output) -> None:
    assert run("verify", files / "bad.json", "--lang", "en") == 1
    assert "✗ The custodian signs whose account it is: The signature of" in capsys.readouterr().out
    assert run("verify", files / "1.json", files / "3.json", "--json") == 1
    said = json.loads(capsys.readouterr().out)
    assert said["is_good"] is False and [one["is_good"] for one in said["files"]] == [True, True]
    assert said["chain"] == [
        {"what": "gap", "lane": 1, "account": 11, "first": 2, "last": 2, "month": "", "is_wrong": True}
    ]
    assert run("verify", *(files / f"{n}.json" for n in (1, 2, 3)), "--json") == 0
    assert json.loads(capsys.readouterr().out)["files"][0]["latest"] == "2026-03-02 09:00:02 UTC"


def test_verify_answers_2_to_what_cannot_be_read(files: Path, capsys: Output) -> None:
    assert run("verify", files / "none.json") == 2
    assert run("verify", files / "1.json", "--key", "nonsense") == 2
    assert run("verify", files / "1.json", "--policy", files / "1.json") == 2
    assert capsys.readouterr().out == ""


def test_page_prints_one_file_with_the_keys_in_it(files: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert run("page", "--policy", files / "policy", "--custodian", CUSTODIAN.key.text()) == 0
    html = capfdbinary.readouterr().out.decode()
    assert html.startswith("<!doctype html>") and CUSTODIAN.key.text() in html and html.count("<script>") == 1
    assert run("page", "--key", "nonsense") == 2


def test_issue_and_month_write_files_that_hold_together(issuing: Issuing, tmp_path: Path, capsys: Output) -> None:
    paid = issuing.books.post((BANK, L7, 10000))
    issuing.books.post((L7, L8, 100))
    issuing.books.begin("2026-04-01")
    issuing.take()
    issuing.state()
    issuing.take()
    issuing.cosign()
    environ = {"DATABASE_URL": issuing.books.url, "CUNGUAN_DOOR_URL": make_conninfo(issuing.books.url, user=roles.DOOR)}
    environ["CUNGUAN_HOME"] = str(issuing.home)

    assert run("issue", paid, "--holder", "L7", "--out", tmp_path / "one.json", environ=environ) == 0
    assert run("issue", paid, "--platform", "--out", tmp_path / "whole.json", environ=environ) == 0
    assert run("issue", paid, "--holder", "L8", environ=environ) == 1
    assert "receipt_not_his" in capsys.readouterr().err
    assert run("issue", paid, "--holder", "L7", "--at", "P9", environ=environ) == 2
    assert run("month", "2026-03", "--holder", "L7", "--out", tmp_path / "march", environ=environ) == 0
    made = sorted(one.name for one in (tmp_path / "march").iterdir())
    assert made == ["receipt-1-1.json", "receipt-1-2.json", "statement-2026-03-11.json"]
    assert run("statement", "2026-04", "--holder", "L7", "--out", tmp_path / "april", environ=environ) == 1
    assert "is not stated yet" in capsys.readouterr().err

    assert run("keys", environ=environ) == 0
    log, custodian = (line.split()[1] for line in capsys.readouterr().out.splitlines())
    assert run("verify", tmp_path / "one.json", "--key", log, "--custodian", custodian, "--lang", "en") == 0
    assert "by the key you trust" in capsys.readouterr().out

    whole = [tmp_path / "march" / name for name in made]
    assert run("verify", *whole, "--policy", issuing.home / "log-policy", "--json") == 0
    assert {one["what"] for one in json.loads(capsys.readouterr().out)["chain"]} == {"month_whole", "unbroken"}
    assert run("verify", whole[0], whole[2], "--json") == 1, "the second posting was left out"
    assert json.loads(capsys.readouterr().out)["chain"][0]["what"] == "missing_of_month"
