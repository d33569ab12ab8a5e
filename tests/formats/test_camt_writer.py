"""camt.052, 053, 054 written: as their schemas ask, and read back as they were."""

from decimal import Decimal
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cunguan.formats import camt, camt_writer
from cunguan.formats.statement import Balance, Entry, Foot, Head, Part, Wrong, summaries
from tests.formats.iso_values import FEET, assert_valid, entries, heads

MESSAGES = {"report": "camt.052.001.08", "statement": "camt.053.001.08", "notification": "camt.054.001.08"}


@st.composite
def statements(draw: st.DrawFn, kind: str) -> list[Part]:
    head = draw(heads(MESSAGES[kind], kind))
    return [head, *draw(st.lists(entries(), max_size=3)), draw(FEET)]


@settings(max_examples=15, deadline=None)
@given(st.data())
@pytest.mark.parametrize("kind", MESSAGES)
def test_is_valid_and_read_back(kind: str, data: st.DataObject) -> None:
    parts = [part for each in data.draw(st.lists(statements(kind), min_size=1, max_size=2)) for part in each]
    raw = camt_writer.write(parts)
    assert list(camt.read(BytesIO(raw))) == parts
    assert_valid(raw, MESSAGES[kind])


def test_states_the_sums_of_its_entries() -> None:
    lines = [Entry(Decimal("7.00"), "CNY", True), Entry(Decimal("2.50"), "CNY", False)]
    foot = camt_writer.sums_of(lines)
    assert foot == Foot((), 2, Decimal("9.50"), 1, Decimal("7.00"), 1, Decimal("2.50"))
    head = Head(
        "camt", "", "statement", "S1", "622", "CNY", created="2026-03-07T09:00:00Z", message_id="M1",
        balances=(Balance("OPBD", Decimal("1.00"), "CNY", True), Balance("CLBD", Decimal("5.50"), "CNY", True)),
    )  # fmt: skip
    (found,) = summaries(camt.read(BytesIO(camt_writer.write([head, *lines, foot]))))
    assert found.verdict == "balanced"


def test_is_one_message_of_one_kind_and_nothing_unread() -> None:
    head = Head("camt", "", "statement", "S1", "622", message_id="M1")
    with pytest.raises(ValueError, match="one message"):
        camt_writer.write([head, Head("camt", "", "notification", "N1", "622", message_id="M1")])
    with pytest.raises(ValueError, match="not read is not written"):
        camt_writer.write([head, Wrong("line 1", "no amount")])
