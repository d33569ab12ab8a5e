"""Custodian's key: made once, for its owner's eyes alone."""

import threading
from pathlib import Path

import pytest

from cunguan.keys.algorithms import algorithm
from cunguan.keys.custodian import CustodianKey


def test_is_made_at_the_first_start_and_stays(tmp_path: Path) -> None:
    first, again = CustodianKey.open(tmp_path / "deep" / "key"), CustodianKey.open(tmp_path / "deep" / "key")
    assert (first.id, first.public_key) == (again.id, again.public_key)
    assert (tmp_path / "deep" / "key").stat().st_mode & 0o777 == 0o600
    assert [file.name for file in (tmp_path / "deep").iterdir()] == ["key"]
    assert algorithm("ed25519").verifier(algorithm("ed25519").read(first.public_text))(b"m", again.sign(b"m"))


def test_is_not_used_when_others_can_read_it(tmp_path: Path) -> None:
    CustodianKey.open(tmp_path / "key")
    (tmp_path / "key").chmod(0o640)
    with pytest.raises(PermissionError, match="chmod 600"):
        CustodianKey.open(tmp_path / "key")


def test_many_that_start_at_once_have_one_key(tmp_path: Path) -> None:
    gate, found = threading.Barrier(8), set()

    def start() -> None:
        gate.wait()
        found.add(CustodianKey.open(tmp_path / "key").id)

    threads = [threading.Thread(target=start) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 1
