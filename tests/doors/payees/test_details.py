"""Payees' details: nobody reads them in the database; the same payee is one row, under the hash of all that a bank is told."""

from datetime import UTC, datetime

import psycopg
import pytest

from cunguan.channels.base import Payee
from cunguan.doors.payees.details import PayeeWrong, kept, remember
from cunguan.doors.persons.payees import who
from cunguan.keys.sealed import Sealer
from cunguan.store import roles
from tests.conftest import migrated
from tests.plane.harness import as_role

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
SEALER = Sealer(b"k" * 32)
LI = Payee("李雷", "6222 0210 0101 0001", "102100099996")


def test_are_found_by_the_hash_and_by_no_other_way(wheel_database: str) -> None:
    migrated(wheel_database)
    roles.create(wheel_database)
    with psycopg.connect(as_role(wheel_database, roles.DOOR), autocommit=True) as door:
        hash = remember(door, SEALER, LI, NOON)
        again = remember(door, SEALER, Payee("李 雷", "6222021001010001", "102100099996"), NOON)
        found = [who(door, one, None, lambda _: SEALER) for one in (hash, "payee:L7")]
        assert (again, found) == (hash, [LI, None])
        stored = door.execute("SELECT payee_detail::text FROM payee_detail").fetchall()
        assert len(stored) == 1
        assert not any(word in stored[0][0] for word in ("李雷", "李雷".encode().hex(), "6222", b"6222".hex()))
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            door.execute("UPDATE payee_detail SET content = ''")


def test_another_bank_is_another_payee() -> None:
    hashes = {
        kept(SEALER, payee, NOON).payee_hash for payee in (LI, Payee(LI.name, LI.account), Payee(LI.name, "1", LI.bank))
    }
    assert len(hashes) == 3


@pytest.mark.parametrize(
    "payee", [Payee("", "1"), Payee("Li", " - "), Payee("L" * 71, "1"),
    Payee("Li", "1" * 35), Payee("Li\n", "1"), Payee("Li", "1", "b" * 36)]
)  # fmt: skip
def test_are_refused_when_no_bank_could_pay_them(payee: Payee) -> None:
    with pytest.raises(PayeeWrong):
        kept(SEALER, payee, NOON)


def test_are_not_told_to_a_log() -> None:
    assert "李" not in f"{LI}{LI!r}" and "6222" not in repr([LI])
