"""`cunguan key`: keys are added, listed, replaced, revoked, and profiles set, over a database with two platforms."""

import base64
import io
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest

from cunguan.config.wiring import Wiring
from cunguan.doors.cli import main as cli
from tests.conftest import fresh_database, migrated

Key = Callable[..., Any]


@pytest.fixture(scope="module")
def books(wheel_server_url: str) -> Iterator[str]:
    """The owner's URL of a database whose directory has a sandbox platform and one that is none."""
    for url in fresh_database(wheel_server_url):
        migrated(url)
        with psycopg.connect(url) as owner:
            owner.execute(
                "INSERT INTO platform (lane, id, for_lane, pack, state, sandbox) "
                "VALUES (0, 'P1', 1, 'cn_p2p', 'active', true), (0, 'P2', 2, 'cn_p2p', 'active', false)"
            )
        yield url


@pytest.fixture
def key(books: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Key:
    """Run `cunguan key …`; its JSON, or the words with which it refuses."""
    wiring = Wiring({"DATABASE_URL": books, "CUNGUAN_HOME": str(tmp_path)})

    def call(*argv: str) -> Any:
        code = cli.main(["key", *argv, "--json"], wiring)
        out, err = capsys.readouterr()
        assert (code, bool(out), bool(err)) in ((0, True, False), (1, False, True)), (code, out, err)
        return json.loads(out) if code == 0 else err

    return call


@pytest.fixture
def public(key: Key, tmp_path: Path) -> Callable[..., str]:
    """Make a key pair; the file of its public half."""
    numbers = iter(range(100))

    def call(*options: str) -> str:
        number = next(numbers)
        made = key("pair", str(tmp_path / f"{number}.pem"), *options)
        (tmp_path / f"{number}.pub").write_text(made["public_key"])
        return str(tmp_path / f"{number}.pub")

    return call


def test_a_pair_is_for_its_owner_alone_and_never_written_over_another(key: Key, tmp_path: Path) -> None:
    made = key("pair", str(tmp_path / "a.pem"))
    assert (tmp_path / "a.pem").stat().st_mode & 0o777 == 0o600
    assert len(base64.b64decode(made["public_key"])) == 32
    before = (tmp_path / "a.pem").read_bytes()
    assert "File exists" in key("pair", str(tmp_path / "a.pem"))
    assert (tmp_path / "a.pem").read_bytes() == before
    assert b"PRIVATE" not in json.dumps(made).encode()


@pytest.mark.parametrize("kind", ["ed25519", "ecdsa-p256-sha256", "rsa-pss-sha512", "sm2-sm3"])
def test_a_key_is_added_with_its_rights(key: Key, public: Callable[..., str], kind: str) -> None:
    made = key("add", "P1", public("--algorithm", kind), "--algorithm", kind, "--scope", "instruct", "--scope", "read",
               "--network", "203.0.113.0/24", "--until", "2030-01-31", "--by", "wang")  # fmt: skip
    assert {name: made[name] for name in ("platform", "state", "algorithm", "scopes", "networks", "made_by")} == {
        "platform": "P1", "state": "in_force", "algorithm": kind, "scopes": ["read", "instruct"],
        "networks": ["203.0.113.0/24"], "made_by": "wang",
    }  # fmt: skip
    assert datetime.fromisoformat(made["valid_until"]) == datetime(2030, 2, 1, tzinfo=UTC)
    assert made["id"] in [one["id"] for one in key("list", "P1")]
    assert made["id"] not in [one["id"] for one in key("list", "P2")]


def test_without_scopes_a_key_has_all_its_platform_can_use(key: Key, public: Callable[..., str]) -> None:
    assert key("add", "P1", public(), "--by", "w")["scopes"] == [
        "read",
        "instruct",
        "files",
        "webhooks",
        "keys",
        "persons",
        "sandbox",
    ]
    assert key("add", "P2", public(), "--by", "w")["scopes"] == [
        "read",
        "instruct",
        "files",
        "webhooks",
        "keys",
        "persons",
    ]
    assert "no sandbox platform" in key("add", "P2", public(), "--scope", "sandbox", "--by", "w")


def test_a_key_is_read_from_standard_input(
    key: Key, public: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(Path(public()).read_text()))
    assert key("add", "P1", "-", "--by", "w")["state"] == "in_force"


def test_what_cannot_be_added_is_refused_with_the_reason(key: Key, public: Callable[..., str], tmp_path: Path) -> None:
    file = public()
    assert "there is no platform P9" in key("add", "P9", file, "--by", "w")
    assert "a network is" in key("add", "P1", file, "--network", "203.0.113.1/24", "--by", "w")
    assert "would have ended" in key("add", "P1", file, "--until", "2020-01-01", "--by", "w")
    assert "No such file" in key("add", "P1", str(tmp_path / "none"), "--by", "w")
    (tmp_path / "bad").write_text("nonsense!")
    assert "public key is PEM" in key("add", "P1", str(tmp_path / "bad"), "--by", "w")
    key("add", "P1", file, "--by", "w")
    assert "is known already" in key("add", "P2", file, "--by", "w")


def test_a_key_is_replaced_with_an_overlap_and_once(key: Key, public: Callable[..., str]) -> None:
    old = key("add", "P1", public(), "--scope", "read", "--network", "203.0.113.0/24", "--by", "w")
    new = key("rotate", old["id"], public(), "--overlap", "3600", "--by", "li")
    assert (new["replaces"], new["scopes"], new["networks"], new["valid_until"]) == (
        old["id"], ["read"], ["203.0.113.0/24"], None)  # fmt: skip
    (found,) = [one for one in key("list", "P1") if one["id"] == old["id"]]
    assert (found["state"], found["replaced_by"]) == ("in_force", new["id"])
    assert 3500 < (datetime.fromisoformat(found["valid_until"]) - datetime.now(UTC)).total_seconds() <= 3600
    assert "was replaced by" in key("rotate", old["id"], public(), "--by", "li")
    assert "there is no key" in key("rotate", "key-none", public(), "--by", "li")


def test_a_key_is_revoked_and_stays_so(key: Key, public: Callable[..., str]) -> None:
    made = key("add", "P1", public(), "--by", "w")
    first = key("revoke", made["id"], "--reason", "lost", "--by", "li")
    assert (first["state"], first["reason"], first["revoked_by"]) == ("revoked", "lost", "li")
    assert key("revoke", made["id"], "--reason", "again", "--by", "wang") == first
    assert "there is no key" in key("revoke", "key-none", "--reason", "r", "--by", "li")


def test_a_profile_is_shown_set_and_makes_every_copy_of_a_key_old(
    key: Key, public: Callable[..., str], books: str
) -> None:
    made = key("add", "P2", public(), "--by", "w")
    usual = {"platform": "P2", "mutual_tls": False, "legacy_rsa_sha1": False, "rate_per_second": 200, "burst": 400}
    assert key("profile", "P2") == usual
    assert key("profile", "P2", "--mutual-tls", "--rate", "50") == {**usual, "mutual_tls": True, "rate_per_second": 50}
    assert key("profile", "P2", "--no-mutual-tls", "--burst", "60") == {**usual, "rate_per_second": 50, "burst": 60}
    assert "1 or more" in key("profile", "P2", "--rate", "0")
    assert "there is no platform" in key("profile", "P9")
    with psycopg.connect(books) as owner:
        row = owner.execute("SELECT version FROM door_key WHERE id = %s", (made["id"],)).fetchone()
    assert row == (3,)


def test_a_signing_key_is_rotated_by_name_and_others_are_named(key: Key) -> None:
    first, second = key("rotate", "log", "--by", "wang"), key("rotate", "log", "--by", "wang")
    assert (first["version"], second["version"]) == (1, 2)
    assert first["public_key"] != second["public_key"]
    assert "needs PUBLIC_KEY; the installation's own are kek, sealing" in key("rotate", "P1-00", "--by", "wang")
    assert key("rotate", "log-ml-dsa", "--by", "wang")["version"] == 1
