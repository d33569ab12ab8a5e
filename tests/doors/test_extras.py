"""Extras: without them every verb is there, what needs one says the line to type, and the names are pyproject.toml's."""

import asyncio
import logging
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from cunguan.config.wiring import Wiring
from cunguan.doors import extras
from cunguan.doors.cli import main as cli
from cunguan.doors.jobs.worker import Pause

ROOT = Path(__file__).parents[2]
BY_DIST = {"ibis-framework": "ibis", "python-pkcs11": "pkcs11", "rfc3161-client": "rfc3161_client"}


def test_every_package_of_an_extra_is_known_by_what_is_imported() -> None:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]
    named = {
        BY_DIST.get(name, name): extra
        for extra in ("recon", "scale", "docs", "hsm", "vault", "tsa")
        for name in (re.split(r"[\[<>=~]", one)[0] for one in declared[extra])
        if name != "cunguan"
    }
    assert named == extras.EXTRAS


def test_every_verb_and_job_loads_without_any_of_them() -> None:
    blocked = f"import sys; sys.modules.update(dict.fromkeys({list(extras.EXTRAS)!r}))"
    loads = "from cunguan.doors.cli.main import parser; parser(); import cunguan.doors.jobs.worker"
    answer = subprocess.run(
        [sys.executable, "-c", f"{blocked}; {loads}"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (answer.returncode, answer.stderr) == (0, "")


def test_a_verb_that_needs_one_says_the_line_to_type(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    # as if nobody had read the module before: a test of the bench in the same process has, and its package keeps it by name
    monkeypatch.delitem(sys.modules, "cunguan.doors.bench.reconcile", raising=False)
    monkeypatch.delattr("cunguan.doors.bench.reconcile", raising=False)
    monkeypatch.setitem(sys.modules, "duckdb", None)
    assert cli.main(["bench", "reconcile"], Wiring({"CUNGUAN_HOME": str(tmp_path)})) == 2
    assert capsys.readouterr().err == (
        "cunguan: duckdb is not installed: it is of the extra `recon`.\n"
        "Type: python3 run.py setup --all   (or: pip install 'cunguan[recon]')\n"
    )


def test_a_job_that_needs_one_says_it_in_its_log(caplog: pytest.LogCaptureFixture) -> None:
    async def fails() -> None:
        done: asyncio.Future[bool | None] = asyncio.get_running_loop().create_future()
        done.set_exception(ModuleNotFoundError(name="pyarrow.parquet"))
        Pause(1.0).after("reconciliation", done)

    with caplog.at_level(logging.ERROR):
        asyncio.run(fails())
    assert "pyarrow is not installed: it is of the extra `recon`" in caplog.text


def test_what_is_missing_otherwise_is_a_mistake_of_ours() -> None:
    assert extras.to_type(ModuleNotFoundError(name="psycopg")) is None
    assert extras.to_type(ValueError("duckdb")) is None
