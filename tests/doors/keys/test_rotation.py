"""The installation's own keys: a rotation brings everything under the new version, goes on where it was cut off, and is an act
of the log; old versions are destroyed by two people, when nothing is under them any more."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import errors
from psycopg.conninfo import make_conninfo

from cunguan.channels.base import Payee
from cunguan.config.wiring import Wiring
from cunguan.doors.cli import main as cli
from cunguan.doors.inbox import keep
from cunguan.doors.keys import sealing
from cunguan.doors.keys.destroying import NotDestroyed, destroy
from cunguan.doors.payees import details
from cunguan.doors.persons.payees import who
from cunguan.doors.sealing import sealer
from cunguan.keys.installation import Keys
from cunguan.keys.salts import SaltKeys
from cunguan.keys.sealed import FILE, Sealer
from cunguan.store import roles
from tests.conftest import fresh_database, migrated
from tests.keys.providers.softhsm import token, token_folder

__all__ = ["token", "token_folder"]  # fixtures

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
FILES = 20
LI = Payee("Li Lei", "6222021", "ICBKCNBJ")


@pytest.fixture
def books(wheel_server_url: str) -> Iterator[str]:
    for url in fresh_database(wheel_server_url):
        migrated(url)
        roles.create(url)
        yield url


@pytest.fixture
def owner(books: str) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(books, autocommit=True) as connection:
        yield connection


@pytest.fixture
def key(books: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., Any]:
    """Run `cunguan key …`: its JSON, or the words with which it refuses; `where`: CUNGUAN_KEYS."""

    def call(*argv: str, where: str = "file:", crypto: str = "intl") -> Any:
        environ = {
            "DATABASE_URL": books,
            "CUNGUAN_HOME": str(tmp_path),
            "CUNGUAN_KEYS": where,
            "CUNGUAN_CRYPTO": crypto,
        }
        code = cli.main(["key", *argv, "--json"], Wiring(environ))
        out, err = capsys.readouterr()
        assert (code, bool(out)) in ((0, True), (1, False)), (code, out, err)
        return json.loads(out) if code == 0 else err

    return call


def seed(connection: psycopg.Connection[Any], seal: Sealer, channel: str = "demobank") -> None:
    for number in range(FILES):
        keep.keep(connection, seal, [b"statement %d" % number], channel=channel, name=f"{number}.xml", at=NOW)
    details.remember(connection, seal, LI, NOW)


def is_read(connection: psycopg.Connection[Any], seal: Sealer) -> bool:
    found = [row[0] for row in connection.execute("SELECT id FROM bank_file ORDER BY id")]
    read = [keep.content(connection, seal, file).read() for file in found]
    hash = seal.payee_hash(LI.name, LI.account, LI.bank)
    is_whole = read == [b"statement %d" % number for number in range(len(read))]
    return is_whole and who(connection, hash, None, lambda _: seal) == LI


def test_the_seal_is_rotated_and_everything_is_under_the_new_key(
    owner: Any, key: Any, tmp_path: Path, books: str
) -> None:
    keys = Keys(tmp_path)
    seed(owner, sealer(keys, owner))
    first = sealer(keys, owner)
    made = key("rotate", "sealing", "--by", "wang")
    assert (made["version"], made["is_new"], made["count"]) == (1, True, FILES + 1)
    assert sealing.counts(owner) == {1: FILES + 1}
    assert is_read(owner, sealer(keys, owner))
    assert sealer(keys, owner).payee_hash("a", "1") == first.payee_hash("a", "1")
    again = key("rotate", "sealing", "--by", "wang", crypto="gm")
    assert (again["version"], again["count"]) == (2, FILES + 1)
    heads = {bytes(row[0]) for row in owner.execute("SELECT substring(content FOR 5) FROM bank_file_part")}
    assert heads == {bytes.fromhex("0300000002")}, "SM4-GCM from the gm profile on"
    assert is_read(owner, sealer(keys, owner)), "and read by any"
    retired = owner.execute("SELECT version FROM sealing_key WHERE retired_at IS NOT NULL").fetchall()
    assert retired == [(1,)]
    acts = owner.execute(
        "SELECT subject, convert_from(content, 'UTF8') FROM log_act WHERE type = 6 ORDER BY seq"
    ).fetchall()
    assert [subject for subject, _ in acts].count("key:sealing") == 2
    assert "sealing_key:1" in {subject for subject, _ in acts}
    assert not any("wrapped" in content for _, content in acts)


def test_a_rotation_that_was_cut_off_goes_on_with_the_same_version(owner: Any, key: Any, tmp_path: Path) -> None:
    keys = Keys(tmp_path)
    seed(owner, sealer(keys, owner))
    assert sealing.rotate(owner, keys, NOW) == 1

    def cut_off(done: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        sealing.reseal(owner, keys, NOW, cut_off)
    left = FILES - sealing.PARTS_A_BATCH + 1
    assert sealing.counts(owner) == {0: left, 1: sealing.PARTS_A_BATCH}
    assert is_read(owner, sealer(keys, owner)), "in between both are read"
    made = key("rotate", "sealing", "--by", "wang")
    assert (made["version"], made["is_new"], made["count"]) == (1, False, left)
    assert sealing.counts(owner) == {1: FILES + 1}


def test_sealed_bytes_are_changed_by_a_newer_seal_alone_and_never_by_the_door(
    owner: Any, books: str, tmp_path: Path
) -> None:
    keys = Keys(tmp_path)
    seed(owner, sealer(keys, owner))
    old = sealer(keys, owner).seal(b"other", "bank_file:1:0")
    sealing.rotate(owner, keys, NOW)
    new = sealer(keys, owner).seal(b"other", "bank_file:1:0")
    for change, given in (("content = %s", old), ("content = 'x'::bytea", None), ("part = 7, content = %s", new)):
        with pytest.raises(psycopg.DatabaseError, match="append-only"):
            owner.execute(f"UPDATE bank_file_part SET {change}", (given,) if given else None)
    with pytest.raises(psycopg.DatabaseError, match="append-only"):
        owner.execute("UPDATE payee_detail SET name_hash = 'x', content = %s", (new,))
    with psycopg.connect(make_conninfo(books, user=roles.DOOR)) as door, pytest.raises(errors.InsufficientPrivilege):
        door.execute("UPDATE bank_file_part SET content = %s", (new,))


def test_by_a_module_every_key_is_wrapped_and_the_kek_is_rotated(
    owner: Any, key: Any, tmp_path: Path, token: str
) -> None:
    clear = Sealer.open(tmp_path / FILE)
    seed(owner, clear)
    keys = Keys(tmp_path, token)
    assert is_read(owner, sealer(keys, owner)), "the file's key was taken in"
    told = key("providers", where=token)
    assert any(FILE in warning for warning in told["warnings"])
    (tmp_path / FILE).unlink()
    assert is_read(owner, sealer(Keys(tmp_path, token), owner))
    salt = SaltKeys(keys, may_make=True).of(0)
    assert key("rotate", "sealing", "--by", "wang", where=token)["count"] == FILES + 1
    made = key("rotate", "kek", "--by", "wang", where=token)
    assert (made["version"], made["is_new"], made["count"]) == (2, True, 3), "two sealing keys and a salt key"
    versions = {one["name"]: one["versions"] for one in key("providers", where=token)["keys"]}
    assert versions["kek"] == [{"version": 1, "count": 0}, {"version": 2, "count": 3}]
    destroy(owner, keys, "kek", 1, by="wang", reason="yearly", now=NOW)
    destroy(owner, keys, "kek", 1, by="li", reason="", now=NOW + timedelta(days=1))
    assert keys.provider.versions("kek") == [2]
    assert is_read(owner, sealer(Keys(tmp_path, token), owner)) and SaltKeys(keys).of(0) == salt
    assert "has no version" not in key("rotate", "log", "--by", "wang", where=token)["public_key"]


def test_keys_are_destroyed_by_two_people_a_day_apart_when_nothing_is_under_them(
    owner: Any, key: Any, tmp_path: Path
) -> None:
    keys = Keys(tmp_path)
    seed(owner, sealer(keys, owner))
    assert "version 0 of the sealing key stays" in key(
        "destroy", "sealing", "--through", "0", "--by", "wang", "--reason", "x"
    )
    key("rotate", "sealing", "--by", "wang")
    assert "is the newest" in key("destroy", "sealing", "--through", "1", "--by", "wang", "--reason", "x")
    sealing.rotate(owner, keys, NOW)

    def act(by: str, days: float = 0, through: int = 1, reason: str = "") -> Any:
        return destroy(owner, keys, "sealing", through, by=by, reason=reason, now=NOW + timedelta(days=days))

    with pytest.raises(NotDestroyed, match="21 are under version 1"):
        act("wang", reason="known to a leaver")
    sealing.reseal(owner, keys, NOW, lambda done: None)
    with pytest.raises(NotDestroyed, match="--reason"):
        act("wang")
    assert act("wang", reason="known to a leaver").checker == ""
    for by, days, said in (("wang", 2, "another person"), ("li", 0.9, "from 2026-03-03 09:00Z on")):
        with pytest.raises(NotDestroyed, match=said):
            act(by, days)
    done = act("li", 1)
    assert (done.maker, done.checker) == ("wang", "li")
    row = owner.execute(
        "SELECT length(wrapped), destroyed_at IS NOT NULL FROM sealing_key WHERE version = 1"
    ).fetchone()
    assert row == (0, True)
    assert is_read(owner, sealer(keys, owner))
    assert owner.execute("SELECT count(*) FROM log_act WHERE subject = 'key_destruction:sealing'").fetchone() == (2,)
    with pytest.raises(errors.CheckViolation, match="two_names"):
        owner.execute("INSERT INTO key_destruction (name, through, maker, proposed_at, reason, checker, done_at)"
                      " VALUES ('log', 1, 'wang', now() - interval '2 days', '', 'wang', now())")  # fmt: skip
