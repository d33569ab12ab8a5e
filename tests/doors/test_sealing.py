"""The seal: its key is made at the first start; where something is sealed and the key is away, nobody makes another."""

import asyncio
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg_pool import AsyncConnectionPool

from cunguan.config.wiring import Wiring
from cunguan.doors.api.context import Context
from cunguan.doors.cli import main as cli
from cunguan.doors.inbox.keep import keep
from cunguan.doors.sealing import sealer, sealer_at, sealer_of
from cunguan.keys.installation import Keys
from cunguan.keys.sealed import FILE, KeyMissing
from tests.conftest import migrated

SOURCE = Path(__file__).parents[2] / "src" / "cunguan"
NOW = datetime(2026, 3, 2, tzinfo=UTC)


async def by_context(url: str, home: Path) -> None:
    async with AsyncConnectionPool(url, min_size=1, kwargs={"autocommit": True}) as pool:
        asks: Any = None
        await sealer_of(Context(asks, pool, "", home, True))


def test_no_key_is_made_beside_what_another_sealed(
    wheel_database: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    migrated(wheel_database)
    first, other = tmp_path / "first", tmp_path / "other"
    with psycopg.connect(wheel_database, autocommit=True) as connection:
        seal = sealer(Keys(first), connection)
        assert sealer_at(Keys(other), wheel_database).name_hash("x") != seal.name_hash("x"), (
            "nothing is sealed yet: each makes its own"
        )
        (other / FILE).unlink()
        keep(connection, seal, [b"bytes"], channel="demobank", name="a.xml", at=NOW)
        assert sealer(Keys(first), connection).name_hash("x") == seal.name_hash("x")
        with pytest.raises(KeyMissing, match="Bring that file back"):
            sealer(Keys(other), connection)
    with pytest.raises(KeyMissing, match=str(other / FILE)):
        sealer_at(Keys(other), wheel_database)
    with pytest.raises(KeyMissing):
        asyncio.run(by_context(wheel_database, other))
    file = tmp_path / "b.xml"
    file.write_bytes(b"more")
    wiring = Wiring({"DATABASE_URL": wheel_database, "CUNGUAN_HOME": str(other)})
    assert cli.main(["inbox", "import", str(file), "--channel", "demobank"], wiring) == 1
    assert (
        f"cunguan: the sealing key is missing: this database holds sealed files or payees, and {other / FILE}"
        in capsys.readouterr().err
    )
    assert not (other / FILE).exists()


def test_nobody_else_opens_the_key() -> None:
    callers = {
        file.relative_to(SOURCE).as_posix()
        for file in SOURCE.rglob("*.py")
        if re.search(r"\bSealer(\.open)?\([a-z]", file.read_text("utf-8"))
    }
    assert callers == {"doors/sealing.py"}
