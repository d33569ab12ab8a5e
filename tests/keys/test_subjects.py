"""Subjects' keys and their drawers: what opens them, how long they are kept ready, and that a changed lock ends what was under it."""

import shutil
from pathlib import Path

import pytest
from msgspec.structs import replace

from cunguan.keys.drawers import Drawers, DrawersMissing, LockGone, drawer_of
from cunguan.keys.fields import Place
from cunguan.keys.installation import Keys
from cunguan.keys.providers.base import KEK
from cunguan.keys.subjects import SubjectKeyLost, SubjectKeys

PLACE = Place("person_detail", "name", "1:p7", "1:p7")


@pytest.fixture
def keys(tmp_path: Path) -> SubjectKeys:
    return SubjectKeys(Keys(tmp_path).provider, Drawers.make(tmp_path / "drawers"))


def test_opens_what_it_has_made_and_the_row_holds_no_key(keys: SubjectKeys) -> None:
    stored = keys.new("1:p7", 1)
    held = keys.ready(stored).encrypt(b"clear", PLACE)
    keys.forget("1:p7")
    assert keys.ready(stored).decrypt(held, PLACE) == b"clear"
    assert stored.kek == 1 and stored.drawer == drawer_of("1:p7") and keys.new("1:p7", 1).locked != stored.locked


@pytest.mark.parametrize("change", [{"subject": "1:p8"}, {"version": 2}], ids=["subject", "version"])
def test_a_key_opens_for_nobody_else(keys: SubjectKeys, change: dict[str, object]) -> None:
    stored = replace(keys.new("1:p7", 1), **change)
    with pytest.raises(SubjectKeyLost):
        keys.ready(stored)


def test_a_key_is_ready_for_five_minutes_and_only_so_many_are(tmp_path: Path) -> None:
    now, asked = [0.0], []

    class Counting:
        def __init__(self) -> None:
            self.of = Keys(tmp_path).provider

        def unwrap(self, wrapped: bytes, associated: bytes) -> bytes:
            asked.append(associated)
            return self.of.unwrap(wrapped, associated)

        def __getattr__(self, name: str) -> object:
            return getattr(self.of, name)

    provider: object = Counting()
    keys = SubjectKeys(provider, Drawers.make(tmp_path / "drawers"), clock=lambda: now[0], most=2)  # type: ignore[arg-type]
    one, two, three = (keys.new(f"1:p{n}", 1) for n in range(3))
    for at, stored, times in (
        (0, one, 1),
        (299, one, 1),
        (301, one, 2),
        (302, two, 3),
        (303, three, 4),
        (304, one, 5),
        (305, three, 5),
    ):
        now[0] = float(at)
        keys.ready(stored)
        assert len(asked) == times, at


def test_a_kek_that_was_replaced_still_opens_and_a_new_one_wraps_anew(keys: SubjectKeys, tmp_path: Path) -> None:
    stored = keys.new("1:p7", 1)
    held = keys.ready(stored).encrypt(b"clear", PLACE)
    Keys(tmp_path).provider.rotate(KEK)
    again = keys.rewrapped(stored)
    assert (stored.kek, again.kek, keys.newest_kek()) == (1, 2, 2)
    Keys(tmp_path).provider.destroy(KEK, 1)
    keys.forget("1:p7")
    assert keys.ready(again).decrypt(held, PLACE) == b"clear"
    with pytest.raises(SubjectKeyLost):
        keys.ready(stored)


def test_a_destroyed_lock_ends_what_was_under_it_and_a_copy_of_the_row_as_well(keys: SubjectKeys) -> None:
    gone, stays = keys.new("1:p7", 1), keys.new("1:p7", 2)  # of one drawer
    assert keys.drawers.change(gone.drawer) == 2
    stays = keys.relocked(stays)
    assert keys.drawers.destroy(gone.drawer, 2) == 1
    keys.forget("1:p7")
    assert stays.lock == 2 and keys.ready(stays)
    with pytest.raises(SubjectKeyLost, match="shredded"):
        keys.ready(gone)


def test_another_process_sees_a_changed_lock_at_once(keys: SubjectKeys, tmp_path: Path) -> None:
    other = SubjectKeys(Keys(tmp_path).provider, Drawers(tmp_path / "drawers"))
    stored = keys.new("1:p7", 1)
    assert other.wrapped(stored) == keys.wrapped(stored)
    keys.drawers.change(stored.drawer)
    keys.drawers.destroy(stored.drawer, 2)
    with pytest.raises(SubjectKeyLost):
        other.wrapped(stored)
    assert other.drawers.newest(stored.drawer) == 2


def test_drawers_are_for_their_owner_alone_and_never_made_twice(tmp_path: Path) -> None:
    path = tmp_path / "drawers"
    with pytest.raises(DrawersMissing):
        Drawers(path).newest(0)
    locked = Drawers.make(path).lock(5, 1, b"wrapped", b"")
    assert path.stat().st_mode & 0o777 == 0o600
    assert Drawers.make(path).unlock(5, 1, locked, b"") == b"wrapped"
    with pytest.raises(LockGone):
        Drawers.make(path).unlock(6, 1, locked, b"")
    shutil.copy(path, tmp_path / "before")
    Drawers(path).change(5)
    assert path.stat().st_mode & 0o777 == 0o600 and path.read_bytes() != (tmp_path / "before").read_bytes()
    path.chmod(0o644)
    with pytest.raises(PermissionError):
        Drawers(path).newest(5)


def test_a_lock_that_the_disk_did_not_take_is_used_by_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    drawers = Drawers.make(tmp_path / "drawers")

    def full(path: Path, content: bytes) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr("cunguan.keys.drawers.replace_secret", full)
    drawers.newest(5)
    with pytest.raises(OSError, match="no space"):
        drawers.change(5)
    locked = drawers.lock(5, drawers.newest(5), b"wrapped", b"")
    assert Drawers(tmp_path / "drawers").unlock(5, 1, locked, b"") == b"wrapped"
