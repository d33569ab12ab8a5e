"""Fetching: each file a bank lays out is kept once, before it is read; one that cannot be had holds up no other."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest

from cunguan.channels.iso20022.profile import Bank, FolderWay, ProfileWrong, banks
from cunguan.channels.transport.base import TransportRefused
from cunguan.doors.inbox.fetching import fetch
from cunguan.keys.sealed import Sealer
from cunguan.store import roles
from tests.conftest import migrated
from tests.plane.harness import as_role

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
SEALER = Sealer(b"k" * 32)


@pytest.fixture
def door(wheel_database: str) -> Iterator[psycopg.Connection[Any]]:
    migrated(wheel_database)
    roles.create(wheel_database)
    with psycopg.connect(as_role(wheel_database, roles.DOOR), autocommit=True) as connection:
        yield connection


def bank(folder: Path) -> Bank:
    return Bank("house", FolderWay(folder, folder, 0.0), "us", "BANK", True, 2, 24.0)


def names(door: psycopg.Connection[Any], table: str = "bank_file") -> list[str]:
    return [name for (name,) in door.execute(f"SELECT name FROM {table} ORDER BY name".encode()).fetchall()]


def test_each_file_is_kept_once(door: psycopg.Connection[Any], tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_bytes(b"a")
    (tmp_path / "b.xml").write_bytes(b"b")
    assert (fetch(door, SEALER, bank(tmp_path), NOON), fetch(door, SEALER, bank(tmp_path), NOON)) == (2, 0)
    (tmp_path / "c.xml").write_bytes(b"a")
    (tmp_path / "b.xml").write_bytes(b"b, corrected")
    assert fetch(door, SEALER, bank(tmp_path), NOON) == 1
    assert (names(door), names(door, "bank_file_again")) == (["a.xml", "b.xml", "b.xml"], ["c.xml"])
    assert {row for row in door.execute("SELECT channel, direction, state FROM bank_file").fetchall()} == {
        ("house", "in", "received")
    }


def test_one_that_cannot_be_had_holds_up_no_other(
    door: psycopg.Connection[Any], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "b.xml").write_bytes(b"b")
    (tmp_path / "a.xml").write_bytes(b"a")
    way = FolderWay.transport

    class Losing(FolderWay, frozen=True):
        def transport(self) -> Any:
            opened = way(self)
            opened.get = lambda name: (
                (_ for _ in ()).throw(TransportRefused("gone")) if name == "a.xml" else iter([b"b"])
            )  # type: ignore[method-assign]
            return opened

    losing = Bank("house", Losing(tmp_path, tmp_path, 0.0), "us", "BANK", True, 2, 24.0)
    assert (fetch(door, SEALER, losing, NOON), names(door)) == (1, ["b.xml"])
    assert "gone" in caplog.text
    assert fetch(door, SEALER, bank(tmp_path), NOON) == 1


def test_a_profile_is_a_file_of_the_home(tmp_path: Path) -> None:
    assert banks(tmp_path) == {}
    assert banks(tmp_path, "http://127.0.0.1:7")["demobank"].profile.finality_days == 2
    (tmp_path / "banks").mkdir()
    file = tmp_path / "banks" / "house.toml"
    good = (
        'name = "house"\nparty = "us"\nagent = "BANK"\ndeduplicates = false\nfinality_days = 3\nanswers_within_hours = 4\n'
        '[transport]\nkind = "sftp"\nhost = "h"\nuser = "u"\nknown_hosts = "k"\nkey = "p"\nout = "/in"\ninto = "/out"\n'
    )
    file.write_text(good)
    assert banks(tmp_path)["house"].transport.host == "h"  # type: ignore[union-attr]
    for wrong, why in (
        (good.replace("house", "other"), "name the file"), (good + "x = 1\n", "unknown field"), ("=", "cannot be read"),
        (good + '[csv.columns]\nbooked_on = "d"\n', "either amount"), (good + "[csv]\n", "columns"),
        (good.replace('"house"', '"a:b"'), "letters, digits"), (good.replace('"sftp"', '"ftp"'), "Invalid value"),
        (good.split("[")[0] + '[transport]\nkind = "https"\naddress = "http://bank.example"\n', "plain http"),
    ):  # fmt: skip
        file.write_text(wrong)
        with pytest.raises(ProfileWrong, match=why):
            banks(tmp_path)
