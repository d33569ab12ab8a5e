"""The parsing of the bench of reconciliation: both parses see all entries, and the file is as long as it says."""

from io import BytesIO

import pytest

from cunguan.doors.bench import parsing
from cunguan.formats import camt
from cunguan.formats.statement import Entry, Head, summaries


@pytest.mark.parametrize("size", parsing._SIZES)
def test_an_entry_has_its_length_and_its_twelve_fields(size: int) -> None:
    assert len(parsing._entry(7, size, parsing._SIZES[size])) == size
    head, entry, _ = camt.read(BytesIO(parsing._file(size, parsing._SIZES[size], 1)))
    assert isinstance(head, Head)
    assert isinstance(entry, Entry)
    (detail,) = entry.details
    said = (
        entry.reference, entry.amount, entry.currency, entry.credit, entry.status, entry.booked_on, entry.value_on,
        entry.bank_reference, detail.end_to_end_id, detail.payer, detail.payer_account, detail.remittance,
    )  # fmt: skip
    assert len(said) == 12
    assert all(each is not None and each != "" for each in said)


def test_measures_both_sizes_and_the_memory_of_a_long_file() -> None:
    told: list[str] = []
    figures = parsing.measure(1, 200_000, told.append, count=50)
    assert [figure.unit for figure in figures] == ["/s", "/s", "MB"]
    assert all(figure.baseline and figure.ratio for figure in figures[:2])
    assert len(told) == 3


def test_a_long_file_is_whole_and_about_as_long_as_asked() -> None:
    file = parsing._Long(100_000)
    raw = b"".join(iter(lambda: file.read(1000), b""))
    (found,) = summaries(camt.read(BytesIO(raw)))
    assert (found.verdict, found.entry_count) == ("no_balances", 67)
    assert 100_000 <= len(raw) < 102_000
