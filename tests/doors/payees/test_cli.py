"""`cunguan payee`: what the custodian's people bring; nothing of it stands on the command line or in the database."""

import io
import json
import sys

import psycopg
import pytest

from cunguan.config.wiring import Wiring
from cunguan.doors.cli import main as cli
from cunguan.doors.persons.payees import who
from cunguan.keys.sealed import FILE, Sealer
from tests.conftest import migrated


class Given(io.TextIOWrapper):
    """Standard input with bytes."""

    def __init__(self, text: str) -> None:
        super().__init__(io.BytesIO(text.encode()))


def test_prints_what_both_people_bind(
    wheel_database: str, tmp_path: object, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    migrated(wheel_database)
    wiring = Wiring({"DATABASE_URL": wheel_database, "CUNGUAN_HOME": str(tmp_path)})

    def payee(text: str, *argv: str) -> int:
        monkeypatch.setattr(sys, "stdin", Given(text))
        return cli.main(["payee", *argv], wiring)

    assert payee('{"name": "Firm Ltd", "account": "DE89370400440532013000"}', "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["account"] == "****3000"
    with psycopg.connect(wheel_database, autocommit=True) as connection:
        found = who(connection, told["payee_hash"], None, lambda _: Sealer.open(wiring.home / FILE))
    assert found is not None and found.name == "Firm Ltd"
    for wrong in ("", "{}", '{"name": "x", "account": ""}'):
        assert payee(wrong) == 2
        assert "give {" in capsys.readouterr().err
