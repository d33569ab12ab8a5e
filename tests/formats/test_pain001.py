"""pain.001: what we write is as its schema asks, and is read back; what a message declares of itself is compared."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from hypothesis import given, settings
from msgspec.structs import replace

from cunguan.formats import pain001
from cunguan.formats.payment import Batch, Order, Party, Transfer, mismatches, repeated
from cunguan.formats.statement import Wrong
from tests.formats.iso_values import assert_valid, orders, sample

PAYER = Party("存管银行", "LT605883379695428516", "IBAN", "AAAACNBJ")
PAYEE = Party("张三", "6222020200112233445", "Othr", "", "CNAPS", "102100099996")
TRANSFER = Transfer("E1", Decimal("50.00"), "CNY", PAYEE, "I1", remittance="withdrawal W1")
BATCH = Batch("B1", date(2026, 3, 7), PAYER, (TRANSFER,))
ORDER = Order("M1", "2026-03-07T09:00:00Z", "存管银行", (BATCH,))


def declared(order: Order, version: str) -> Order:
    """Return an order as it is read back: with the counts and sums of what was written."""

    def total(transfers: tuple[Transfer, ...]) -> dict[str, object]:
        return {"declared_count": len(transfers), "declared_sum": sum((each.amount for each in transfers), Decimal(0))}

    batches = tuple(replace(batch, **total(batch.transfers)) for batch in order.batches)
    return replace(order, batches=batches, message=version, **total(tuple(order.transfers())))


@settings(max_examples=15, deadline=None)
@given(orders())
@pytest.mark.parametrize("version", [pain001.V03, pain001.V09])
def test_is_valid_and_read_back(version: str, order: Order) -> None:
    raw = pain001.write(order, version)
    assert pain001.read(BytesIO(raw)) == declared(order, version)
    assert not list(mismatches(pain001.read(BytesIO(raw))))
    assert_valid(raw, version)


def test_keeps_the_uetr_where_the_version_has_one() -> None:
    uetr = "8a562c67-ca16-48ba-b074-65581be6f001"
    order = replace(ORDER, batches=(replace(BATCH, transfers=(replace(TRANSFER, uetr=uetr),)),))
    raw = pain001.write(order, pain001.V09)
    assert_valid(raw, pain001.V09)
    assert [each.uetr for each in pain001.read(BytesIO(raw)).transfers()] == [uetr]
    with pytest.raises(ValueError, match="has no UETR"):
        pain001.write(order, pain001.V03)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda each: replace(each, amount=Decimal("5.005")), "no whole number of minor units"),
        (lambda each: replace(each, amount=Decimal("-5")), "below zero"),
        (lambda each: replace(each, end_to_end_id="E" * 36), "EndToEndId is longer than 35"),
        (lambda each: replace(each, remittance="a\tb"), "Ustrd has a character"),
        (lambda each: replace(each, payee=replace(PAYEE, account="")), "a party has no account"),
    ],
)
def test_is_not_written_with_what_may_not_stand_in_it(change: Callable[[Transfer], Transfer], why: str) -> None:
    order = replace(ORDER, batches=(replace(BATCH, transfers=(change(TRANSFER),)),))
    with pytest.raises(ValueError, match=why):
        pain001.write(order)


def test_is_not_written_empty_or_undated() -> None:
    for batches, why in (((), "no batch"), ((replace(BATCH, transfers=()),), "without transfers"),
                         ((replace(BATCH, execute_on=None),), "no date")):  # fmt: skip
        with pytest.raises(ValueError, match=why):
            pain001.write(replace(ORDER, batches=batches))


def test_no_name_or_account_stands_in_what_is_said_of_it() -> None:
    with pytest.raises(ValueError, match="Nm is longer") as said:
        pain001.write(replace(ORDER, batches=(replace(BATCH, payer=replace(PAYER, name="张" * 141)),)))
    assert "张" not in str(said.value)


@pytest.mark.parametrize(
    ("before", "after", "what"),
    [
        ("<NbOfTxs>1</NbOfTxs>", "<NbOfTxs>2</NbOfTxs>", ["group count", "batch B1 count"]),
        ("<CtrlSum>50.00</CtrlSum>", "<CtrlSum>50.01</CtrlSum>", ["group sum", "batch B1 sum"]),
    ],
)
def test_says_what_it_declares_and_is_not_so(before: str, after: str, what: list[str]) -> None:
    raw = pain001.write(ORDER).decode().replace(before, after).encode()
    assert [each.what for each in mismatches(pain001.read(BytesIO(raw)))] == what


def test_says_which_end_to_end_ids_come_twice() -> None:
    twice = replace(ORDER, batches=(replace(BATCH, transfers=(TRANSFER, TRANSFER)),))
    assert repeated(each.end_to_end_id for each in twice.transfers()) == ("E1",)


@pytest.mark.parametrize(
    ("before", "after", "why"),
    [
        (">50.00</InstdAmt>", ">fifty</InstdAmt>", "'fifty' is no amount"),
        ("<Dt>2026-03-07</Dt>", "<Dt>YYYY-MM-DD</Dt>", "'YYYY-MM-DD' is no date"),
        ("CstmrCdtTrfInitn", "CstmrDrctDbtInitn", "no pain.001"),
    ],
)
def test_is_refused_with_what_cannot_be_understood(before: str, after: str, why: str) -> None:
    with pytest.raises(Wrong, match=why):
        pain001.read(BytesIO(pain001.write(ORDER).decode().replace(before, after).encode()))


def test_reads_a_published_order_with_its_byte_order_mark() -> None:
    with sample("pain.001/International_payment_RUB_naujas_1.xml").open("rb") as stream:
        order = pain001.read(stream)
    (transfer,) = order.transfers()
    assert (transfer.amount, transfer.currency, transfer.payee.member) == (Decimal("1000.00"), "RUB", "044525593")
