"""Numbers: every single wrong digit is refused, no digit of another script is taken, and published samples are read as they say."""

import json
import string
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cunguan.desks.parties import numbers
from cunguan.desks.parties.numbers import NumberWrong
from cunguan.kernel.codes import Code

TODAY = date(2026, 11, 26)
SAMPLES = Path(__file__).resolve().parents[4] / "shared/data/07-identifiers/numbers/bank-card-luhn.json"
USCC = "0123456789ABCDEFGHJKLMNPQRTUWXY"
#: ICAO Doc 9303 part 4, the specimen of Utopia
MRZ = "L898902C36UTO7408122F1204159ZE184226B<<<<<10"


def refused(kind: str, number: str, mrz: str = "") -> Code | None:
    try:
        numbers.read(kind, number, TODAY, mrz)
    except NumberWrong as wrong:
        assert len(number) < 6 or number not in str(wrong), "what is said repeats no number"
        return wrong.code
    return None


@pytest.mark.parametrize(
    ("kind", "number", "code"),
    [
        ("resident_id",         "11010519491231002X",   None),
        ("resident_id",         "110105 19491231 002x", None),
        ("resident_id",         "110105194912310021",   Code.id_number_wrong),
        ("resident_id",         "810000199408230021",   None),  # a residence permit of HK
        ("resident_id",         "110105194902310026",   Code.id_number_wrong),  # 31 February
        ("resident_id",         "１1010519491231002X",  Code.id_number_wrong),
        ("resident_id",         "١1010519491231002X",   Code.id_number_wrong),
        ("resident_id",         "",                     Code.id_number_wrong),
        ("resident_id",         "1" * 10_000,           Code.id_number_wrong),
        ("resident_id",         "990105194912310020",   Code.id_number_wrong),  # no such province
        ("uscc",                "91110000600037341L",   None),
        ("uscc",                "91110000600037341M",   Code.id_number_wrong),
        ("uscc",                "9111000060003734IL",   Code.id_number_wrong),  # I is no letter of it
        ("passport",            "E12345678",            None),
        ("passport",            "EJ1234567",            None),
        ("passport",            "ABCDEF",               Code.id_number_wrong),
        ("passport",            "E1234567'; --",        Code.id_number_wrong),
        ("hk_macau_permit",     "H12345678",            None),
        ("hk_macau_permit",     "M1234567800",          None),
        ("hk_macau_permit",     "X12345678",            Code.id_number_wrong),
        ("taiwan_permit",       "12345678",             None),
        ("taiwan_permit",       "1234567",              Code.id_number_wrong),
        ("permanent_residence", "ABC123456789012",      None),
        ("permanent_residence", "911156198108030025",   None),
        ("permanent_residence", "911156198108030026",   Code.id_number_wrong),
        ("driving_licence",     "11010519491231002X",   Code.id_type_unknown),
    ],
)  # fmt: skip
def test_reads_or_refuses(kind: str, number: str, code: Code | None) -> None:
    assert refused(kind, number) is code


@given(st.dates(date(1930, 1, 1), date(2008, 1, 1)), st.integers(0, 999), st.integers(0, 17), st.integers(1, 10))
def test_every_single_wrong_digit_of_a_resident_id_is_refused(born: date, order: int, place: int, by: int) -> None:
    number = _resident(born, order)
    assert numbers.read("resident_id", number, TODAY).birth == born
    digits = "0123456789X" if place == 17 else "0123456789"
    other = digits[(digits.index(number[place]) + by) % len(digits)]
    if other != number[place]:
        assert refused("resident_id", number[:place] + other + number[place + 1 :]) is Code.id_number_wrong


@given(st.text(alphabet=USCC, min_size=9, max_size=9), st.integers(0, 17), st.integers(1, 30))
def test_every_single_wrong_character_of_a_unified_code_is_refused(rest: str, place: int, by: int) -> None:
    from stdnum.cn import uscc

    body = "91110000" + rest
    number = body + uscc.calc_check_digit(body + "0")
    assert refused("uscc", number) is None
    other = USCC[(USCC.index(number[place]) + by) % 31]
    assert refused("uscc", number[:place] + other + number[place + 1 :]) is Code.id_number_wrong


def test_a_passport_is_held_against_its_machine_readable_line() -> None:
    valid = numbers.read("passport", "L898902C3", date(2010, 1, 1), MRZ)
    assert (valid.birth, valid.valid_until) == (date(1974, 8, 12), date(2012, 4, 15))
    assert refused("passport", "L898902C3", MRZ) is Code.check_expired
    assert refused("passport", "L898902C4", MRZ) is Code.id_number_wrong, "another passport's line"
    assert refused("passport", "L898902C3", MRZ[:-1]) is Code.id_number_wrong


@given(st.integers(0, 43), st.integers(1, 9))
def test_every_single_wrong_digit_of_a_machine_readable_line_is_refused(place: int, by: int) -> None:
    if MRZ[place] not in string.digits:
        return
    other = str((int(MRZ[place]) + by) % 10)
    with pytest.raises(NumberWrong):
        numbers.read("passport", "L898902C3", date(2010, 1, 1), MRZ[:place] + other + MRZ[place + 1 :])


@given(st.integers(10**14, 10**18 - 1), st.integers(0, 18), st.integers(1, 9))
def test_every_single_wrong_digit_of_a_card_is_refused(digits: int, place: int, by: int) -> None:
    from stdnum import luhn

    number = f"{digits}{luhn.calc_check_digit(str(digits))}"
    assert numbers.card(number) == number
    place %= len(number)
    other = number[:place] + str((int(number[place]) + by) % 10) + number[place + 1 :]
    with pytest.raises(NumberWrong):
        numbers.card(other)


def test_published_card_numbers_are_read_as_their_truth_says() -> None:
    if not SAMPLES.exists():
        pytest.skip("the folder of published samples is not here")
    for sample in json.loads(SAMPLES.read_text()):
        try:
            found = bool(numbers.card(sample["value"]))
        except NumberWrong:
            found = False
        assert found is sample["valid_pan"], sample


@pytest.mark.parametrize(
    ("number", "kept"),
    [("138 0000 1234", "13800001234"), ("+8613800001234", "13800001234"), ("+44 7700 900123", "+447700900123"),
     ("12345678901", None), ("１3800001234", None), ("", None)],
)  # fmt: skip
def test_a_mobile_number_is_kept_in_one_form(number: str, kept: str | None) -> None:
    if kept is None:
        with pytest.raises(NumberWrong):
            numbers.mobile(number)
    else:
        assert numbers.mobile(number) == kept


@pytest.mark.parametrize(
    ("born", "years"),
    [(date(2008, 11, 26), 18), (date(2008, 11, 27), 17), (date(2008, 2, 29), 18)],
)  # fmt: skip
def test_age_is_full_on_the_birthday(born: date, years: int) -> None:
    assert numbers.age(born, TODAY) == years


@given(st.text(max_size=60), st.sampled_from(sorted(numbers.KINDS)))
def test_whatever_is_written_is_read_or_refused(text: str, kind: str) -> None:
    assert refused(kind, text) in (None, Code.id_number_wrong)


def _resident(born: date, order: int) -> str:
    from stdnum.cn import ric

    body = f"110105{born:%Y%m%d}{order:03d}"
    return body + ric.calc_check_digit(body + "0")
