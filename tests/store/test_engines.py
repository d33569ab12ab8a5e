"""Engines: lines are landed whole, and the matching runs over what was landed."""

import os
import shutil
from datetime import date
from pathlib import Path

import pytest

from cunguan.doors import extras
from cunguan.reconciliation.lines import Line
from cunguan.reconciliation.match import match
from cunguan.store.engines import opened
from cunguan.store.engines.duck import Duck
from cunguan.store.engines.landing import land
from tests.reconciliation.test_match import one_day

DAY = date(2026, 11, 24)


def ledger() -> list[Line]:
    return [Line(line=n, amount_minor=100 + n, currency="CNY", booked_on=DAY, reference=f"W{n}") for n in range(5)]


def test_what_was_landed_is_matched(tmp_path: Path) -> None:
    told: list[int] = []
    ours = land(tmp_path / "ledger.parquet", iter(ledger()), told.append)
    banks = land(tmp_path / "bank.parquet", ledger()[1:])
    with Duck(tmp_path) as engine:
        found = list(engine.found(match(engine.table(ours), bank=engine.table(banks), day=DAY)))
    assert told == [5]
    assert [(one.code, one.ledger_line, one.ledger_minor, one.severity) for one in found] == [("BRK09", 0, 100, 4)]


def test_a_line_that_cannot_be_written_leaves_no_file(tmp_path: Path) -> None:
    wrong = Line(line=1, amount_minor=2**63, currency="CNY", booked_on=DAY)
    with pytest.raises(OverflowError):
        land(tmp_path / "ledger.parquet", [*ledger(), wrong])
    assert list(tmp_path.iterdir()) == []


#: a small Java: no compiling beyond what a minute needs
SMALL = {
    "spark.driver.memory": "700m",
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
    "spark.sql.shuffle.partitions": "1",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
}


def test_without_java_spark_says_the_line_to_type(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(ImportError) as refused:
        opened("spark", tmp_path)
    assert "Spark needs a Java runtime" in str(extras.to_type(refused.value))


def test_spark_finds_what_duckdb_finds(tmp_path: Path) -> None:
    if shutil.which("java") is None:
        assert not os.environ.get("CUNGUAN_REQUIRE_JAVA"), "no Java: install default-jre-headless"
        pytest.skip("no Java on this machine: the matching was not run on Spark")
    from cunguan.store.engines.spark import Spark

    paths = {side: land(tmp_path / f"{side}.parquet", lines) for side, lines in one_day().items()}
    found = []
    for engine in (Duck(tmp_path), Spark(tmp_path, "local[1]", SMALL)):
        with engine:
            tables = {side: engine.table(path) for side, path in paths.items()}
            found.append(list(engine.found(match(tables.pop("ledger"), **tables, day=DAY, hold=engine.hold))))
    assert found[0] == found[1] and len(found[0]) > 50
