"""The codec: what we write of a payment says what was signed and nothing else; what a bank says of it is read by its words."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from cunguan.channels.base import Order, Payee
from cunguan.channels.iso20022.codec import Codec, differs, party_of, payee_of, uetr_of
from cunguan.channels.iso20022.profile import Bank, FolderWay
from cunguan.formats import pain002
from cunguan.formats.payment import Reason, Status, StatusReport
from cunguan.operations.withdrawal import CreditTransfer

LI = Payee("李雷", "6222021001010001", "102100099996")
TRANSFER = CreditTransfer("W1", "hash", 12_345, "CNY", "bank-ref:1:main")
BANK = Bank("house", FolderWay(Path("o"), Path("i")), "Custodian", "DEMOCNBJ", True, 2, 24.0)
DAY = date(2026, 3, 2)
ORDER = Order("1-W1", TRANSFER, LI, datetime(2026, 3, 2, 9, tzinfo=UTC), DAY)


def same(content: bytes, order: Order = ORDER) -> str:
    return differs(content, order.id, order.transfer, lambda payee: payee == order.payee)


@pytest.mark.parametrize("version", ["pain.001.001.03", "pain.001.001.09"])
def test_an_order_says_what_was_signed(version: str) -> None:
    content = Codec(replace(BANK, pain001=version)).encode(ORDER)
    assert version.encode() in content
    assert same(content) == ""


@pytest.mark.parametrize(
    ("order", "why"),
    [
        (replace(ORDER, id="1-W2"), "id"),
        (replace(ORDER, transfer=replace(TRANSFER, amount_minor=12_346)), "amount"),
        (replace(ORDER, transfer=replace(TRANSFER, currency="USD")), "amount"),
        (replace(ORDER, transfer=replace(TRANSFER, bank_account="other")), "another account"),
        (replace(ORDER, payee=replace(LI, account="6222021001010002")), "payee"),
        (replace(ORDER, payee=replace(LI, name="韩梅梅")), "payee"),
        (replace(ORDER, payee=replace(LI, bank="102100099997")), "payee"),
    ],
)
def test_any_other_order_is_seen(order: Order, why: str) -> None:
    assert why in same(Codec(BANK).encode(order))


def test_an_order_that_was_damaged_is_seen() -> None:
    assert "cannot be read" in same(Codec(BANK).encode(ORDER)[:-20])


def test_an_order_of_two_payments_is_seen() -> None:
    content = Codec(BANK).encode(ORDER)
    begin, end = content.index(b"<CdtTrfTxInf>"), content.index(b"</CdtTrfTxInf>") + 14
    assert "not of one payment" in same(content[:end] + content[begin:end] + content[end:])


NAMES = st.text(st.characters(categories=("Lu", "Ll", "Lo", "Nd")), min_size=1, max_size=70)
ACCOUNTS = st.text("ABCDEFGHIJ0123456789", min_size=1, max_size=34)
BANKS = st.sampled_from(["", "DEMOCNBJ", "DEUTDEFF500", "102100099996", "401234"])


@given(NAMES, ACCOUNTS, BANKS, st.integers(1, 10**14))
@settings(max_examples=60, deadline=None)
def test_what_is_written_is_read_back(name: str, account: str, bank: str, amount_minor: int) -> None:
    payee = Payee(name, account, bank)
    assert payee_of(party_of(payee)) == payee
    order = replace(ORDER, payee=payee, transfer=replace(TRANSFER, amount_minor=amount_minor))
    assert same(Codec(BANK).encode(order), order) == ""


@pytest.mark.parametrize(
    ("account", "scheme"), [("DE89370400440532013000", "IBAN"), ("DE89370400440532013001", "Othr"), ("6222", "Othr")]
)
def test_an_iban_is_known_by_its_check_digits(account: str, scheme: str) -> None:
    assert party_of(Payee("x", account)).scheme == scheme


def test_a_payment_has_one_uetr() -> None:
    assert uetr_of("3-W-17") == uetr_of("3-W-17") != uetr_of("3-W-18")


def report(
    code: str, created: str = "2026-03-02T12:00:00Z", accepted: str = "2026-03-02T12:00:00Z", batch: str = "PART"
) -> bytes:
    one = Status(
        code,
        (Reason("AC04", "closed"),) if code == "RJCT" else (),
        batch_id="1-W1",
        end_to_end_id="1-W1",
        accepted=accepted,
    )
    of = Status("PART", message_id="1-W1", message_name="pain.001")
    return pain002.write(StatusReport("R1", created, (of,), (Status(batch, batch_id="1-W1"),), (one,)))


@pytest.mark.parametrize(
    ("content", "status", "is_final"),
    [
        (report("ACSC"), "settled", False),
        (report("ACCC"), "settled", False),
        (report("ACSP"), "pending", False),
        (report("PDNG"), "pending", False),
        (report("RJCT"), "rejected", False),
        (report("RJCT", "2026-03-03T23:00:00Z"), "rejected", False),
        (report("RJCT", "2026-03-04T00:00:00Z"), "rejected", True),
        (report("RJCT", "2026-03-09T00:00:00Z", ""), "rejected", False),
        (report("", batch="RJCT"), "rejected", False),
    ],
)  # fmt: skip
def test_a_bank_is_taken_by_its_word(content: bytes, status: str, is_final: bool) -> None:
    (answer,) = Codec(BANK).decode(content)
    assert (answer.end_to_end_id, answer.status, answer.is_final) == ("1-W1", status, is_final)
    assert answer.reason == ("AC04 closed" if b"AC04" in content else "")


def test_a_word_that_is_not_known_says_nothing() -> None:
    assert Codec(BANK).decode(report("XXXX")) == []
