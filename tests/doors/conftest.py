"""The command line in this process, on the session's server: each demo makes a database of its own there."""

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from cunguan.config.wiring import Wiring
from cunguan.doors.cli import main as cli

Cunguan = Callable[..., tuple[int, str, str]]


@pytest.fixture
def wiring(wheel_server_url: str, tmp_path: Path) -> Wiring:
    """An installation whose database is the session's server."""
    return Wiring({"DATABASE_URL": wheel_server_url, "CUNGUAN_HOME": str(tmp_path)})


@pytest.fixture
def cunguan(wiring: Wiring, capsys: pytest.CaptureFixture[str]) -> Iterator[Cunguan]:
    """Run one command line; its exit code, standard output and standard error."""
    before = sys.getswitchinterval()

    def call(*argv: str) -> tuple[int, str, str]:
        try:
            code = cli.main(argv, wiring)
        except SystemExit as left:  # wrong usage, told by argparse
            code = int(left.code or 0)
        return code, *capsys.readouterr()

    yield call
    sys.setswitchinterval(before)


@pytest.fixture
def demo(cunguan: Cunguan) -> Callable[..., dict[str, Any]]:
    """Run a demo that must hold; its JSON object."""

    def call(*argv: str) -> dict[str, Any]:
        code, out, err = cunguan("demo", "--json", *argv)
        assert code == 0, err
        return dict(json.loads(out))

    return call
