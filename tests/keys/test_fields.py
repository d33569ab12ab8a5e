"""Fields: what was encrypted for one place opens nowhere else, by no other key, and not when a bit of it was changed."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cunguan.keys.ciphers import PROFILES
from cunguan.keys.fields import FIELD_OVERHEAD, FieldBroken, FieldKey, Place, bound

KEY, OTHER = bytes(range(32)), bytes(32)
HERE = Place("person_detail", "name", "1:p7", "1:p7")
PARTS = st.text(st.characters(codec="utf-8"), max_size=4)


@pytest.mark.parametrize("profile", PROFILES.values(), ids=PROFILES)
def test_opens_where_it_was_made_for(profile):  # type: ignore[no-untyped-def]
    key = FieldKey(KEY, 3, profile.form)
    held = key.encrypt("张三".encode(), HERE)
    assert key.decrypt(held, HERE).decode() == "张三" and len(held) == 6 + FIELD_OVERHEAD
    assert held != key.encrypt("张三".encode(), HERE), "a nonce is never used twice"


@pytest.mark.parametrize("elsewhere", [
    Place("person_payee", "name", "1:p7", "1:p7"), Place("person_detail", "phone", "1:p7", "1:p7"),
    Place("person_detail", "name", "1:p8", "1:p7"), Place("person_detail", "name", "1:p7", "1:p8"),
], ids=["table", "column", "row", "subject"])  # fmt: skip
def test_does_not_open_in_another_place(elsewhere: Place) -> None:
    key = FieldKey(KEY, 1)
    with pytest.raises(FieldBroken) as told:
        key.decrypt(key.encrypt(b"secret", HERE), elsewhere)
    assert "secret" not in str(told.value)


def test_does_not_open_by_another_key_or_version_nor_when_changed() -> None:
    held = FieldKey(KEY, 1).encrypt(b"secret", HERE)
    for key in (FieldKey(OTHER, 1), FieldKey(KEY, 2)):
        with pytest.raises(FieldBroken):
            key.decrypt(held, HERE)
    with pytest.raises(FieldBroken):
        FieldKey(KEY, 2).decrypt(b"\x00\x00\x00\x02" + held[4:], HERE)
    for place in range(len(held)):
        with pytest.raises(FieldBroken):
            FieldKey(KEY, 1).decrypt(held[:place] + bytes((held[place] ^ 1,)) + held[place + 1 :], HERE)
    for short in (b"", held[:4], held[:20]):
        with pytest.raises(FieldBroken):
            FieldKey(KEY, 1).decrypt(short, HERE)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(PARTS, PARTS, PARTS, PARTS, st.integers(1, 3)), min_size=2, max_size=4, unique=True))
def test_no_two_places_read_alike(places: list[tuple[str, str, str, str, int]]) -> None:
    found = [bound(Place(*parts), version) for *parts, version in places]
    assert all(one != other for one, other in itertools.combinations(found, 2))
