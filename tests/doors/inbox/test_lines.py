"""Lines: a movement is known again in every message; a batch is its parts; what is no id of somebody's is no reference."""

import io
from datetime import date
from decimal import Decimal

import pytest
from msgspec.structs import replace

from cunguan.channels.demobank.bank import DemoBank
from cunguan.channels.demobank.files import content_of
from cunguan.doors.inbox.lines import Account, first_id, key_of, lines_of, receipt_id
from cunguan.formats import camt
from cunguan.formats.statement import Detail, Entry
from cunguan.kernel.deposit_reference import Holder, creditor_reference, virtual_account
from cunguan.keys.sealed import Sealer

SEALER = Sealer(b"k" * 32)
ACCOUNT = Account(1, "bank", "main", "CNY", "demobank", "6222 0210", True)
ENTRY = Entry(Decimal("10.00"), "CNY", True, booked_on=date(2026, 3, 2), bank_reference="B1")


def test_a_line_of_the_demo_bank_has_the_id_its_files_give_it() -> None:
    bank = DemoBank(today=date(2026, 3, 2))
    bank.open("r1", "customer", 0)
    line = bank.receive("r1", 500, "L1", payer="L1")
    (paper,) = bank.papers
    entry = next(part for part in camt.read(io.BytesIO(content_of(bank, paper))) if isinstance(part, Entry))
    assert first_id("demobank", "r1", key_of(entry, "CNY")) == receipt_id("r1", line)


@pytest.mark.parametrize(
    ("amounts", "parts"),
    [
        (["4.00", "6.00"], [400, 600]),
        (["4.00", "5.00"], [1000]),
        (["4.00", None], [1000]),
        (["10.00"], [1000]),
        ([], [1000]),
        (["10.00", "0.00"], [1000]),
    ],
)
def test_a_batch_is_its_parts_when_they_add_up(amounts: list[str | None], parts: list[int]) -> None:
    details = tuple(Detail(amount=None if one is None else Decimal(one)) for one in amounts)
    found = list(lines_of(1, replace(ENTRY, details=details), "CNY", ACCOUNT, SEALER))
    assert [line.amount_minor for line in found] == parts
    assert len({line.key for line in found}) == 1


@pytest.mark.parametrize(
    ("change", "is_same"),
    [
        ({"information": "x"}, True),
        ({"amount": Decimal("10")}, True),
        ({"details": (Detail(remittance="x"),)}, True),
        ({"amount": Decimal("10.01")}, False),
        ({"credit": False}, False),
        ({"booked_on": date(2026, 3, 3)}, False),
        ({"bank_reference": "B2"}, False),
        ({"bank_reference": "NONREF"}, False),
        ({"reversal": True}, False),
    ],
    ids=str,
)
def test_what_makes_a_movement(change: dict[str, object], is_same: bool) -> None:
    assert (key_of(ENTRY, "CNY") == key_of(replace(ENTRY, **change), "CNY")) is is_same


def test_without_a_reference_it_is_known_by_what_else_there_is() -> None:
    bare = replace(ENTRY, bank_reference="NOTPROVIDED")
    other = replace(bare, details=(Detail(end_to_end_id="E1"),))
    assert key_of(bare, "CNY") == key_of(replace(bare, bank_reference=""), "CNY") != key_of(other, "CNY")


@pytest.mark.parametrize(
    ("said", "numbers", "word"),
    [
        ({"payee_account": virtual_account("62220210", 4000)}, {4000}, ""),
        ({"payee_account": "62220210"}, set(), ""),
        ({"remittance": creditor_reference(Holder(1, 4000))}, {4000}, ""),
        ({"remittance": creditor_reference(Holder(2, 4000))}, set(), ""),
        ({"structured_reference": creditor_reference(Holder(1, 5000)), "remittance": "to L7, now"}, {5000}, "L7"),
        ({"end_to_end_id": "L7"}, set(), "L7"),
    ],
)
def test_whose_a_credit_says_it_is(said: dict[str, str], numbers: set[int], word: str) -> None:
    (line,) = lines_of(1, replace(ENTRY, details=(Detail(**said),)), "CNY", ACCOUNT, SEALER)
    assert line.naming.numbers == numbers and (not word or word in line.naming.words)
    (debit,) = lines_of(1, replace(ENTRY, credit=False, details=(Detail(**said, payer="X"),)), "CNY", ACCOUNT, SEALER)
    assert (debit.naming.numbers, debit.name_hash, debit.payer) == (frozenset(), "", None)
