"""Blind indexes: the same value has the same one however it is written, and another in another column, lane or installation."""

import pytest

from cunguan.keys.blind import CARD_NUMBER, COLUMNS, ID_NUMBER, PHONE, BlindIndexes

HERE, THERE = BlindIndexes(bytes(32)), BlindIndexes(bytes(31) + b"\x01")


@pytest.mark.parametrize(("column", "one", "other", "is_same"), [
    (PHONE,       "13800001234",         "+86 138-0000-1234",   True),
    (PHONE,       "13800001234",         "0086 138 0000 1234",  True),
    (PHONE,       "13800001234",         "１３８００００１２３４", True),
    (PHONE,       "13800001234",         "13800001235",         False),
    (ID_NUMBER,   "11010519491231002X",  "110105 19491231 002x", True),
    (ID_NUMBER,   "11010519491231002X",  "110105194912310020",  False),
    (CARD_NUMBER, "6222021001010001",    "6222-0210 0101 0001", True),
])  # fmt: skip
def test_is_the_same_for_the_same_value(column: str, one: str, other: str, is_same: bool) -> None:
    assert (HERE.of(column, 1, one) == HERE.of(column, 1, other)) is is_same


def test_is_another_in_each_column_lane_and_installation() -> None:
    found = [keys.of(column, lane, "13800001234") for keys in (HERE, THERE) for column in COLUMNS for lane in (1, 2)]
    assert len(set(found)) == 12 and {len(one or b"") for one in found} == {16}


def test_says_nothing_of_nothing() -> None:
    assert HERE.of(PHONE, 1, " - ") is None and HERE.all_of(PHONE, 1, "") == []


def test_a_change_of_profile_loses_nobody() -> None:
    before, after = HERE.of(PHONE, 1, "13800001234"), BlindIndexes(bytes(32), "sm3")
    assert before in after.all_of(PHONE, 1, "13800001234") and after.of(PHONE, 1, "13800001234") != before
