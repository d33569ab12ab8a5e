"""Payment messages (支付报文): what an order, a status report or a message between banks says, for `cunguan statement`.

Shape   read(kind, stream): (key, mapping, differences). key: `initiation` of pain.001, `status_report` of pain.002 and pacs.002,
        `interbank` of pacs.008, 009, 003, 010, 004. Keys in the mapping are as the conformance truths have them; transactions stand
        in it only when asked for, with names and accounts as the file has them
        differences: what a message declares of itself and is not so
Errors  Wrong: what cannot be read
"""

from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from typing import Any, BinaryIO, Final

from cunguan.formats import pacs, pain001, pain002
from cunguan.formats.payment import (
    Batch,
    Mismatch,
    Party,
    Settlement,
    Status,
    StatusReport,
    Transfer,
    mismatches,
    repeated,
)

Answer = dict[str, Any]


def is_payment(kind: str) -> bool:
    """Return whether a kind of file, as `detect.kind` says it, is a payment message that is read here."""
    return kind[:8] in _READERS


def read(kind: str, stream: BinaryIO, *, has_entries: bool) -> tuple[str, Answer, list[Answer]]:
    """Return under which key, what a payment message says, and what it declares and is not so."""
    return _READERS[kind[:8]](stream, has_entries)


# ── pain.001 ─────────────────────────────────────────────────────────────────
def _initiation(stream: BinaryIO, has_entries: bool) -> tuple[str, Answer, list[Answer]]:
    order = pain001.read(stream)
    transfers = list(order.transfers())
    return "initiation", {
        "msg_id": order.identity or None,
        "created": order.created or None,
        "initiator": order.initiator or None,
        "declared_count": order.declared_count,
        "declared_sum": _text(order.declared_sum),
        "count": len(transfers),
        "sum_all_currencies": _sum(transfers),
        "payments": [_payment(each, has_entries=has_entries) for each in order.batches],
        "duplicate_end_to_end_ids": list(repeated(each.end_to_end_id for each in transfers)),
    }, _differences(mismatches(order))  # fmt: skip


def _payment(batch: Batch, *, has_entries: bool) -> Answer:
    found: Answer = {
        "id": batch.identity or None,
        "method": batch.method or None,
        "batch_booking": batch.batch_booking,
        "declared_count": batch.declared_count,
        "declared_sum": _text(batch.declared_sum),
        "count": len(batch.transfers),
        "sum": _sum(batch.transfers),
        "exec_date": _day(batch.execute_on),
    }
    if has_entries:
        found |= _party("debtor", batch.payer)
        found["transactions"] = [_transfer(each) for each in batch.transfers]
    return found


def _transfer(one: Transfer) -> Answer:
    return {
        "end_to_end": one.end_to_end_id or None,
        "instr_id": one.instruction_id or None,
        "uetr": one.uetr or None,
        "amount": _text(one.amount),
        "currency": one.currency or None,
        "charge_bearer": one.charge_bearer or None,
        **_party("creditor", one.payee),
    }


# ── pain.002, pacs.002 ───────────────────────────────────────────────────────
def _report(report: StatusReport) -> tuple[str, Answer, list[Answer]]:
    return "status_report", {
        "msg_id": report.identity or None,
        "original": [
            {"msg_id": each.message_id or None, "msg_name": each.message_name or None, "group_status": each.code or None, **_why(each)}
            for each in report.messages
        ],
        "payment_statuses": [
            {"pmt_inf": each.batch_id or None, "status": each.code or None, **_why(each)} for each in report.batches
        ],
        "tx_statuses": [
            {
                "end_to_end": each.end_to_end_id or None,
                "instr": each.instruction_id or None,
                "tx_id": each.transaction_id or None,
                "uetr": each.uetr or None,
                "status": each.code or None,
                **_why(each),
            }
            for each in report.transfers
        ],
    }, []  # fmt: skip


def _why(status: Status) -> Answer:
    return {
        "outcome": status.outcome if status.code else None,
        "reasons": [each.code for each in status.reasons if each.code],
    }


# ── pacs.008, 009, 003, 010, 004 ─────────────────────────────────────────────
def _interbank(stream: BinaryIO, has_entries: bool) -> tuple[str, Answer, list[Answer]]:
    message = pacs.read(stream)
    sums: dict[str, Decimal] = {}
    for each in message.transfers:
        sums[each.currency] = sums.get(each.currency, Decimal(0)) + each.amount
    found: Answer = {
        "msg_id": message.identity or None,
        "declared_count": message.declared_count,
        "declared_total": _text(message.declared_total),
        "declared_ctrlsum": _text(message.declared_sum),
        "count": len(message.transfers),
        "sum_by_currency": {currency: _text(total) for currency, total in sums.items()},
        "settlement_method": message.settlement_method or None,
    }
    if has_entries:
        found["transactions"] = [_settlement(each) for each in message.transfers]
    return "interbank", found, _differences(pacs.mismatches(message))


def _settlement(one: Settlement) -> Answer:
    return {
        "instr": one.instruction_id or None,
        "end_to_end": one.end_to_end_id or None,
        "tx_id": one.transaction_id or None,
        "uetr": one.uetr or None,
        "return_id": one.return_id or None,
        "return_reason": one.return_reason or None,
        "settlement_amount": _text(one.amount),
        "currency": one.currency or None,
        "instructed": _text(one.instructed),
        "settlement_date": _day(one.settle_on),
        "charge_bearer": one.charge_bearer or None,
        "charges": [f"{amount:f} {currency}" for amount, currency in one.charges],
        **_party("debtor", one.payer),
        **_party("creditor", one.payee),
    }


# ── values ───────────────────────────────────────────────────────────────────
def _party(side: str, party: Party) -> Answer:
    return {side: party.name or None, f"{side}_account": party.account or None}


def _differences(found: Iterable[Mismatch]) -> list[Answer]:
    return [
        {
            "what": one.what,
            "stated": _text(one.declared),
            "computed": _text(one.actual),
            "by": _text(one.declared - one.actual),
        }
        for one in found
    ]


def _sum(transfers: Iterable[Transfer]) -> str | None:
    return _text(sum((each.amount for each in transfers), Decimal(0)))


def _text(amount: Decimal | None) -> str | None:
    return None if amount is None else f"{amount:f}"


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


#: message → how it is read
_READERS: Final[dict[str, Callable[[BinaryIO, bool], tuple[str, Answer, list[Answer]]]]] = {
    "pain.001": _initiation,
    "pain.002": lambda stream, has_entries: _report(pain002.read(stream)),
    "pacs.002": lambda stream, has_entries: _report(pacs.read_status(stream)),
    **dict.fromkeys(("pacs.003", "pacs.004", "pacs.008", "pacs.009", "pacs.010"), _interbank),
}
