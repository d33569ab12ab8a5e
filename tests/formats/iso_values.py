"""Arbitrary values of ISO 20022 messages, and its published schemas where they are there."""

from datetime import date
from decimal import Decimal
from functools import cache
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import strategies as st
from lxml import etree

from cunguan.formats.payment import Batch, Order, Party, Reason, Status, StatusReport, Transfer
from cunguan.formats.statement import Balance, Detail, Entry, Foot, Head

SCHEMAS = Path(__file__).parents[3] / "shared/data/02-xsd"
SAMPLES = Path(__file__).parents[3] / "shared/data/01-statements"


def sample(path: str) -> Path:
    if not SAMPLES.is_dir():
        pytest.skip("the published samples are not here: ../shared/data/01-statements")
    return SAMPLES / path


@cache
def _schema(message: str) -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(SCHEMAS / message[:8] / f"{message}.xsd"))


def assert_valid(raw: bytes, message: str) -> None:
    """Hold a file against the schema of its message; a message without a published schema, against the one named."""
    if not SCHEMAS.is_dir():
        pytest.skip("the published schemas are not here: ../shared/data/02-xsd")
    schema = _schema(message)
    assert schema.validate(etree.parse(BytesIO(raw))), schema.error_log


# ── values ───────────────────────────────────────────────────────────────────
def texts(most: int) -> st.SearchStrategy[str]:
    """Texts of few kinds, for hypothesis is slow at letters: plain, what XML escapes, Chinese, as long as may be."""
    return st.sampled_from(["E1", "E2", "<&>\"' ]]>", "张三 𠀀", "é" * most])


TEXT = texts(35)
OPTIONAL = st.sampled_from(["", "E1", "<&>\"' ]]>", "张三 𠀀", "é" * 35])
CREATED = st.sampled_from(["2026-03-07T09:00:00Z", "2026-03-07T09:00:00.123+08:00"])
DAYS = st.sampled_from([date(2024, 2, 29), date(2026, 3, 7), date(2099, 12, 31)])
CURRENCY = st.sampled_from(["CNY", "JPY", "BHD"])
UETR = st.sampled_from(["", "8a562c67-ca16-48ba-b074-65581be6f001"])
IBAN = st.just("LT605883379695428516")
BIC = st.sampled_from(["", "AAAACNBJ", "BBBBDEFFXXX"])
LINES = st.sampled_from(["", "one", "one\n二", "é" * 105])


@st.composite
def amounts(draw: st.DrawFn, currency: str) -> Decimal:
    digits = {"CNY": 2, "JPY": 0, "BHD": 3}[currency]
    return Decimal(draw(st.integers(0, 10**14))).scaleb(-digits)


@st.composite
def parties(draw: st.DrawFn) -> Party:
    scheme = draw(st.sampled_from(["IBAN", "Othr"]))
    member = draw(st.sampled_from(["", "102100099996"]))
    return Party(
        name=draw(TEXT),
        account=draw(IBAN if scheme == "IBAN" else texts(34)),
        scheme=scheme,
        bic=draw(BIC),
        clearing=draw(st.sampled_from(["CNAPS", "OWN"])) if member else "",
        member=member,
    )


@st.composite
def transfers(draw: st.DrawFn) -> Transfer:
    currency = draw(CURRENCY)
    return Transfer(
        end_to_end_id=draw(TEXT),
        amount=draw(amounts(currency)),
        currency=currency,
        payee=draw(parties()),
        instruction_id=draw(OPTIONAL),
        charge_bearer=draw(st.sampled_from(["", "SLEV", "SHAR"])),
        purpose=draw(st.sampled_from(["", "SALA", "rent of May"])),
        remittance=draw(LINES),
        ultimate_payer=draw(OPTIONAL),
    )


@st.composite
def orders(draw: st.DrawFn) -> Order:
    each = st.builds(
        Batch, TEXT, DAYS, parties(), st.lists(transfers(), min_size=1, max_size=3).map(tuple),
        batch_booking=st.sampled_from([None, True, False]), charge_bearer=st.sampled_from(["", "SLEV"]),
    )  # fmt: skip
    return Order(draw(TEXT), draw(CREATED), draw(OPTIONAL), tuple(draw(st.lists(each, min_size=1, max_size=2))))


REASONS = st.lists(
    st.builds(Reason, st.sampled_from(["AC01", "NARR", "OWN-7"]), LINES), max_size=2
).map(tuple)  # fmt: skip
CODES = st.sampled_from(["ACSC", "RJCT", "PDNG", "ACTC"])


@st.composite
def reports(draw: st.DrawFn) -> StatusReport:
    message = Status(draw(CODES), draw(REASONS), draw(TEXT), "pain.001.001.09")
    names = draw(st.lists(TEXT, unique=True, max_size=2))
    batches = tuple(Status(draw(st.just("") | CODES), draw(REASONS), batch_id=name) for name in names)
    answered = st.builds(
        Status, CODES, REASONS, instruction_id=OPTIONAL, end_to_end_id=TEXT, bank_reference=OPTIONAL,
        accepted=st.sampled_from(["", "2026-03-07T09:00:00Z"]),
    )  # fmt: skip
    told = tuple(
        Status(**{name: getattr(each, name) for name in Status.__struct_fields__} | {"batch_id": batch})
        for batch in names
        for each in draw(st.lists(answered, max_size=2))
    )
    return StatusReport(draw(TEXT), draw(CREATED), (message,), batches, told)


# ── statements ───────────────────────────────────────────────────────────────
@st.composite
def charges(draw: st.DrawFn) -> tuple[tuple[Decimal, str], ...]:
    currency = draw(CURRENCY)
    return tuple((draw(amounts(currency)), currency) for _ in range(draw(st.integers(0, 2))))


@st.composite
def details(draw: st.DrawFn) -> Detail:
    currency, other = draw(CURRENCY), draw(CURRENCY)
    has_amount, is_exchanged = draw(st.booleans()), draw(st.booleans())
    return Detail(
        amount=draw(amounts(currency)) if has_amount else None,
        currency=currency if has_amount else "",
        credit=draw(st.sampled_from([None, True, False])),
        end_to_end_id=draw(TEXT),
        transaction_id=draw(OPTIONAL),
        instruction_id=draw(OPTIONAL),
        message_id=draw(OPTIONAL),
        uetr=draw(UETR),
        bank_reference=draw(OPTIONAL),
        payer=draw(OPTIONAL),
        payer_account=draw(IBAN | texts(34)),
        payee=draw(OPTIONAL),
        payee_account=draw(IBAN | texts(34)),
        remittance=draw(LINES),
        structured_reference=draw(OPTIONAL),
        return_reason=draw(st.sampled_from(["", "AC01", "OWN-7"])),
        purpose=draw(st.sampled_from(["", "SALA", "rent of May"])),
        charges=draw(charges()),
        payment_id=draw(OPTIONAL),
        payer_agent=draw(BIC | st.just("102100099996")),
        payee_agent=draw(BIC),
        information=draw(OPTIONAL),
        instructed=draw(amounts(other)) if is_exchanged else None,
        instructed_currency=other if is_exchanged else "",
        exchange_rate=draw(st.sampled_from(["", "1.0832"])) if is_exchanged else "",
    )


@st.composite
def entries(draw: st.DrawFn) -> Entry:
    currency = draw(CURRENCY)
    return Entry(
        amount=draw(amounts(currency)),
        currency=currency,
        credit=draw(st.booleans()),
        status=draw(st.sampled_from(["booked", "pending", "information"])),
        booked_on=draw(st.none() | DAYS),
        value_on=draw(st.none() | DAYS),
        reversal=draw(st.booleans()),
        reference=draw(OPTIONAL),
        bank_reference=draw(OPTIONAL),
        code=draw(st.sampled_from(["", "PMNT/RCDT/ESCT", "OWN"])),
        information=draw(OPTIONAL),
        batch_count=draw(st.none() | st.integers(0, 99)),
        details=tuple(draw(st.lists(details(), max_size=2))),
        charges=draw(charges()),
        batch_message_id=draw(OPTIONAL),
        batch_payment_id=draw(OPTIONAL),
    )


@st.composite
def balances(draw: st.DrawFn) -> Balance:
    currency = draw(CURRENCY)
    code = draw(st.sampled_from(["OPBD", "CLBD", "CLAV"]))
    return Balance(
        code, draw(amounts(currency)), currency, draw(st.booleans()), draw(DAYS), draw(st.sampled_from(["", "INTM"]))
    )


@st.composite
def heads(draw: st.DrawFn, message: str, kind: str) -> Head:
    has_pages = draw(st.booleans())
    return Head(
        format="camt",
        message=message,
        kind=kind,  # type: ignore[arg-type]
        identity=draw(TEXT),
        account="LT605883379695428516" if (iban := draw(st.booleans())) else draw(texts(34)),
        currency=draw(st.just("") | CURRENCY),
        account_scheme="IBAN" if iban else "Othr",
        number=draw(st.sampled_from(["", "7"])),
        page="1" if has_pages else "",
        begins="2026-03-07T00:00:00" if has_pages else "",
        ends="2026-03-07T23:59:59" if has_pages else "",
        duplicate=draw(st.sampled_from(["", "DUPL"])),
        balances=tuple(draw(st.lists(balances(), min_size=1, max_size=3))) if kind != "notification" else (),
        legal_number=draw(st.sampled_from(["", "9"])),
        is_last_page=draw(st.booleans()) if has_pages else None,
        created="2026-03-07T09:00:00Z",
        message_id="M1",
        servicer=draw(BIC),
    )


FEET = st.just(Foot()) | st.builds(
    Foot, entry_count=st.integers(0, 9), entry_sum=st.just(Decimal("5.00")), credit_count=st.integers(0, 9),
    credit_sum=st.just(Decimal(3)), debit_count=st.integers(0, 9), debit_sum=st.just(Decimal(2)),
)  # fmt: skip
