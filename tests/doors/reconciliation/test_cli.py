"""`cunguan reconcile` and `cunguan break`: what they print, what they write, and how they leave."""

import json
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import psycopg
import pytest

from cunguan.config.wiring import Wiring
from cunguan.doors.cli import main as cli
from tests.doors.reconciliation.bank import tell
from tests.prove.case import change

Call = Callable[..., tuple[int, str, str]]
LATE = (
    "INSERT INTO check_break (lane, id, business_date, seq, kind, code, key, field, ours, theirs, line, opened_at, state, reason,"
    " maker, checker, currency, at_risk_minor) VALUES (1, '2024-03-04:BRK03:x', '2024-03-04', 115, 'orders', 'BRK03', 'bid:L1',"
    " 'amount_minor', '5', '7', 3, '2024-03-05Z', 'open', '', '', '', 'CNY', 2)"
)


@pytest.fixture
def call(books: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Call:
    wiring = Wiring({"DATABASE_URL": books, "CUNGUAN_HOME": str(tmp_path)})

    def run(*argv: str) -> tuple[int, str, str]:
        try:
            code = cli.main(argv, wiring)
        except SystemExit as left:
            code = int(left.code or 0)
        return code, *capsys.readouterr()

    return run


def test_a_date_is_run_shown_and_told_in_both_languages(call: Call) -> None:
    assert call("reconcile", "2024-03-04", "--show")[0] == 1, "it was never run"
    code, out, _ = call("reconcile", "2024-03-04", "--json")
    day = json.loads(out)
    assert code == 1, "no check file is issued, no platform has confirmed"
    assert {check["verdict"] for check in day["checks"] if check["rule"] == "R5"} >= {"agrees"}
    _, shown, _ = call("reconcile", "2024-03-04", "--show", "--lang", "zh")
    assert "总分账与冻结" in shown and "4030000" in shown
    _, shown, _ = call("reconcile", "2024-03-04", "--show", "--lang", "en")
    assert "holders: available (2010)" in shown
    assert call("reconcile", "yesterday")[0] == 2


def test_without_the_engine_nothing_is_run_and_the_line_to_type_is_told(
    call: Call, books: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with psycopg.connect(books) as owner:
        tell(owner, date(2024, 3, 4), 0, [])
    monkeypatch.delitem(sys.modules, "cunguan.store.engines.duck", raising=False)
    monkeypatch.setitem(sys.modules, "ibis", None)
    told = "cunguan: ibis is not installed: it is of the extra `recon`.\nType: python3 run.py setup --all "
    code, out, err = call("reconcile", "2024-03-04")
    assert (code, out) == (2, "") and told in err
    assert call("reconcile", "2024-03-04", "--show")[0] == 1, "nothing was kept"


def test_spark_is_asked_for_by_an_option_or_the_environment(
    call: Call, books: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with psycopg.connect(books) as owner:
        tell(owner, date(2024, 3, 4), 0, [])
    monkeypatch.delitem(sys.modules, "cunguan.store.engines.spark", raising=False)
    monkeypatch.setitem(sys.modules, "pyspark.sql", None)
    told = "cunguan: pyspark is not installed: it is of the extra `scale`.\nType: pip install 'cunguan[scale]'\n"
    assert call("reconcile", "2024-03-04", "--engine", "spark") == (2, "", told)
    told_so = Wiring({"DATABASE_URL": books, "CUNGUAN_HOME": str(tmp_path), "CUNGUAN_RECONCILE_ENGINE": "spark"})
    assert (cli.main(["reconcile", "2024-03-04"], told_so), capsys.readouterr().err) == (2, told)
    assert call("reconcile", "2024-03-04", "--show")[0] == 1, "nothing was kept"
    with pytest.raises(ValueError, match="write one of duckdb, spark"):
        _ = Wiring({"CUNGUAN_RECONCILE_ENGINE": "abacus"}).engine


def test_breaks_of_both_kinds_stand_in_one_list_and_are_handled_alike(call: Call, books: str) -> None:
    assert call("break", "list")[:2] == (0, "no break is open\n")
    change(books, "UPDATE hold SET released_minor = released_minor - 200 WHERE id = 'general'")
    with psycopg.connect(books) as owner:
        owner.execute(LATE)
    call("reconcile", "2024-03-04")
    code, out, _ = call("break", "list", "--date", "2024-03-10", "--json")
    found = {one["code"]: one for one in json.loads(out)}
    assert code == 1
    assert [
        (name, one["rule"], one["severity"], one["age_days"], one["at_risk_minor"]) for name, one in found.items()
    ] == [
        ("BRK14", "R5", 1, 6, 200),
        ("BRK03", "R3", 2, 6, 2),
    ]
    assert call("break", "list", "--platform", "P2")[0] == 0
    change(books, "UPDATE lane_day SET business_date = '2099-01-01' WHERE lane = 1")  # a sandbox that has moved on
    assert {one["age_days"] for one in json.loads(call("break", "list", "--json")[1])} == {27_331}
    for one in found.values():
        assert call("break", "explain", one["id"], "--by", "ann", "--note", "n", "--evidence", "e")[0] == 1, "nobody's"
        assert call("break", "assign", one["id"], "--owner", "ann", "--by", "ann")[0] == 0
        assert call("break", "explain", one["id"], "--by", "ann", "--note", "n", "--evidence", "letter 3")[0] == 0
    mended = found["BRK03"]["id"]
    ends = ("--note", "a typing mistake of theirs", "--maker", "m1", "--checker", "c1")
    assert call("break", "close", mended, *ends)[0] == 2, "neither journal nor evidence"
    assert call("break", "close", mended, *ends, "--evidence", "letter 3")[0] == 0
    code, out, _ = call("break", "show", mended, "--json")
    shown = json.loads(out)
    assert (shown["state"], [move["event"] for move in shown["moves"]]) == (
        "closed", ["owner_named", "timing_explained", "evidence_noted"],
    )  # fmt: skip
    assert "总分不符" in call("break", "show", found["BRK14"]["id"], "--lang", "zh")[1]
    assert call("break", "show", "1:none")[0] == 1
    assert call("break", "show", "none")[0] == 2
