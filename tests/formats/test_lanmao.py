"""Lanmao check file: written and read again; amounts are exact; an archive that could harm is not opened."""

import io
import zipfile
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cunguan.formats.lanmao import COLUMNS, TYPES, ArchiveRefused, decimal, minor, read, write

DAY = date(2026, 3, 2)
HOSTILE = Path(__file__).resolve().parents[3] / "shared" / "data" / "09-hostile-input" / "archives"
RECHARGE = {
    "time": "20260302093000",
    "member": "p1",
    "requestNo": "D1",
    "opType": "RECHARGE",
    "amount": "600.00",
    "ccy": "CNY",
}

cells = st.text(st.characters(blacklist_categories=["Cs", "Cc"], blacklist_characters="|"), max_size=12)
amounts = st.integers(0, 2**62 - 1)


@given(amounts, st.sampled_from(["CNY", "JPY", "BHD", "UYW"]))
def test_an_amount_comes_back_whole(amount: int, currency: str) -> None:
    assert minor(decimal(amount, currency), currency) == amount


@pytest.mark.parametrize(
    "text", ["", "-1", "+1", "1.", ".5", "01", "1.005", "1,000", "1e3", "NaN", "１", " 1", "9" * 19, "0x1"]
)
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"no amount|larger"):
        minor(text)


@given(st.dictionaries(st.sampled_from(sorted(COLUMNS)), st.lists(cells, max_size=3)))
def test_what_is_written_is_read(remarks: dict[str, list[str]]) -> None:
    records = {
        kind: [
            {name: remark if name == "remark" else decimal(n) if name in ("amount", "availableAmount") else "" for name in COLUMNS[kind]}
            for n, remark in enumerate(found)
        ]
        for kind, found in remarks.items()
    }  # fmt: skip
    raw = write(records, platform="p1", day=DAY)
    found = read(raw)
    assert (found.day, found.platform, found.bad) == (DAY, "p1", [])
    assert {kind: rows for kind, rows in found.records.items() if rows} == {
        kind: rows for kind, rows in records.items() if rows
    }
    assert raw == write(records, platform="p1", day=DAY)


def test_five_types_are_there_each_day_and_names_are_as_they_load_them() -> None:
    with zipfile.ZipFile(io.BytesIO(write({"RECHARGE": [RECHARGE]}, platform="p1", day=DAY))) as archive:
        assert archive.namelist() == [f"20260302_p1_{kind}.txt" for kind in TYPES]
        line = archive.read("20260302_p1_RECHARGE.txt").decode()
    assert line == "20260302093000|p1||D1||RECHARGE|600.00|CNY|||||||\n"


def test_a_cell_cannot_end_its_line() -> None:
    found = read(write({"RECHARGE": [{**RECHARGE, "remark": "a|b\nc"}]}, platform="p1", day=DAY))
    assert found.records["RECHARGE"][0]["remark"] == "a b c" and len(found.records["RECHARGE"]) == 1


def archive(**texts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, text in texts.items():
            made.writestr(name, text)
    return out.getvalue()


def test_a_bad_line_is_named_and_the_rest_is_loaded() -> None:
    good = "|".join(RECHARGE.get(name, "") for name in COLUMNS["RECHARGE"]).encode()
    bad = good.replace(b"600.00", b"600.001")
    raw = archive(**{"20260302_p1_RECHARGE.txt": b"\n".join([good, b"1|2|3", b"\xff", bad, good, b""])})
    found = read(raw)
    assert found.records["RECHARGE"] == [{name: RECHARGE.get(name, "") for name in COLUMNS["RECHARGE"]}] * 2
    assert [(one.line, one.why) for one in found.bad] == [
        (2, "it has 3 cells for the 15 columns of RECHARGE"), (3, "it is no UTF-8"), (4, "'600.001' is no amount of CNY"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "texts",
    [
        {"../20260302_p1_RECHARGE.txt": b""},
        {"/20260302_p1_RECHARGE.txt": b""},
        {"a\\20260302_p1_RECHARGE.txt": b""},
        {"20260302_p1_RECHARGE.txt": b"", "notes.txt": b""},
        {"20260302_p1_RECHARGE.txt": b"", "20260303_p1_WITHDRAW.txt": b""},
        {"20260302_p1_RECHARGE.txt": b"", "20260302_p2_WITHDRAW.txt": b""},
        {"20260230_p1_RECHARGE.txt": b""},
        {"20260302_p1_RECHARGE.txt": b"\0" * 50_000_000},
        {"20260302_p1_RECHARGE.zip": b""},
        {},
    ],
)  # fmt: skip
def test_an_archive_of_anything_else_is_refused(texts: dict[str, bytes]) -> None:
    with pytest.raises(ArchiveRefused):
        read(archive(**texts))


def test_a_size_that_the_archive_only_claims_is_not_believed() -> None:
    raw = bytearray(archive(**{"20260302_p1_RECHARGE.txt": b"\0" * 50_000_000}))
    place = raw.rfind(b"PK\x01\x02") + 24  # the size in the central directory
    raw[place : place + 4] = (1000).to_bytes(4, "little")
    with pytest.raises(ArchiveRefused):
        read(bytes(raw))


@pytest.mark.parametrize("raw", [b"", b"PK", b"PK\x05\x06" + b"\0" * 18, b"x" * 10_000])
def test_what_is_no_zip_is_refused(raw: bytes) -> None:
    with pytest.raises(ArchiveRefused):
        read(raw)


def test_the_hostile_archives_are_refused() -> None:
    if not HOSTILE.is_dir():
        pytest.skip("the hostile files are not here: ../shared/data/09-hostile-input")
    for path in sorted(HOSTILE.iterdir()):
        with pytest.raises(ArchiveRefused):
            read(path.read_bytes())
