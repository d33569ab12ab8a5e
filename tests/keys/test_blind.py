"""Blind indexes: the same value has the same one however it is written, and another in another column, lane or installation."""

import unicodedata
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cunguan.keys.blind import CARD_NUMBER, COLUMNS, ID_NUMBER, NAME, PHONE, BlindIndexes, normal

HERE, THERE = BlindIndexes(bytes(32)), BlindIndexes(bytes(31) + b"\x01")


@pytest.mark.parametrize(("column", "one", "other", "is_same"), [
    (PHONE,       "13800001234",         "+86 138-0000-1234",   True),
    (PHONE,       "13800001234",         "0086 138 0000 1234",  True),
    (PHONE,       "13800001234",         "１３８００００１２３４", True),
    (PHONE,       "13800001234",         "13800001235",         False),
    (ID_NUMBER,   "11010519491231002X",  "110105 19491231 002x", True),
    (ID_NUMBER,   "11010519491231002X",  "110105194912310020",  False),
    (CARD_NUMBER, "6222021001010001",    "6222-0210 0101 0001", True),
    (NAME,        "李雷",                 "\u3000李 雷 ",           True),
    (NAME,        "李雷",                 "雷李",                 False),
    (NAME,        "阿卜杜拉·买买提",       "阿卜杜拉\u30fb买买提",    True),
    (NAME,        "阿卜杜拉·买买提",       "阿卜杜拉 买买提",       True),
    (NAME,        "Wang Fang",           "FANG, Wang",          True),
    (NAME,        "Wang Fang",           "\uff37\uff41\uff4e\uff47 Fang", True),
    (NAME,        "Wang Fang",           "Wang Fan",            False),
    (NAME,        "O\u2019Brien Jean-Luc", "JEAN LUC O'BRIEN",     True),
    (NAME,        "Strauß",              "STRAUSS",             True),
    (NAME,        "Zoë",                 "Zoe\u0308",            True),
    (NAME,        "存管（北京）1号基金",    "存管(北京)2号基金",      False),
])  # fmt: skip
def test_is_the_same_for_the_same_value(column: str, one: str, other: str, is_same: bool) -> None:
    assert (HERE.of(column, 1, one) == HERE.of(column, 1, other)) is is_same


def test_is_another_in_each_column_lane_and_installation() -> None:
    found = [keys.of(column, lane, "13800001234") for keys in (HERE, THERE) for column in COLUMNS for lane in (1, 2)]
    assert len(set(found)) == 4 * len(COLUMNS) and {len(one or b"") for one in found} == {16}


def test_says_nothing_of_nothing() -> None:
    assert HERE.of(PHONE, 1, " - ") is None and HERE.all_of(PHONE, 1, "") == []
    assert HERE.of(NAME, 1, " \u00b7 ") is None


def test_a_change_of_profile_loses_nobody() -> None:
    before, after = HERE.of(PHONE, 1, "13800001234"), BlindIndexes(bytes(32), "sm3")
    assert before in after.all_of(PHONE, 1, "13800001234") and after.of(PHONE, 1, "13800001234") != before


WORDS = st.lists(st.text("abcdefghijklmnopqrstuvwxyzéöñ", min_size=1, max_size=8), min_size=1, max_size=5)
HAN = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), min_size=1, max_size=8)
APART = st.sampled_from([" ", "\u3000", ", ", "-", ". ", "\u00b7", "\u30fb"])


@given(WORDS, APART, st.randoms())
def test_words_of_a_name_may_stand_in_any_order_case_and_distance(words: list[str], apart: str, random: Random) -> None:
    other = random.sample(words, len(words))
    assert normal(NAME, " ".join(words)) == normal(NAME, apart.join(other).upper()) == " ".join(sorted(words))


@given(HAN, APART)
def test_a_chinese_name_is_its_characters_in_their_order(name: str, apart: str) -> None:
    assert normal(NAME, apart.join(name)) == normal(NAME, name) == unicodedata.normalize("NFKC", name)


@given(HAN | WORDS.map(" ".join))
def test_what_is_compared_is_compared_the_same_again(name: str) -> None:
    assert normal(NAME, normal(NAME, name)) == normal(NAME, name)
