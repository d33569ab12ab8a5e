"""Answer (对账单摘要): what a bank's file says, in one shape for every format: `cunguan statement` prints it.

Shape   answer(opened): a mapping that is JSON as it stands. Keys are camt's, as the conformance truths have them; amounts are
        decimal texts, opening and closing with their sign; what a format does not say is null
        verdict of a file: the worst of its statements; `error`: where and why it is not readable further. Payment messages have
        no statements: what they say stands under `initiation`, `status_report` or `interbank`; what they declare is compared
Errors  none: what is wrong with a file stands in its answer
Source  the issue's list: account, currency, opening, closing, count, sums, references, verdict
"""

from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from typing import Any, Final

from cunguan.doors.statements.files import Opened
from cunguan.doors.statements.payments import is_payment, read
from cunguan.formats import detect, schema, xml
from cunguan.formats.statement import EXACT, Balance, Entry, Head, Part, Summary, Wrong, signed, summaries

Answer = dict[str, Any]

#: name of a message → its schema, where there is one
Schemas = Callable[[str], bytes | None]

#: the worst of a file's statements is the file's verdict; sound are the first two
VERDICTS: Final = ("balanced", "no_balances", "not_balanced", "invalid")


def answer(
    file: Opened, reader: detect.Reader | None = None, *, schemas: Schemas | None = None, has_entries: bool = False
) -> Answer:
    """Return what a file says; `reader` where it is not to be found by its bytes, `schemas` where it is compared with one."""
    kind = detect.kind(file.begin, file.name)
    begin = {"file": file.name, "member": file.member or None, "format": kind or None, **_message(file.begin)}
    checked = _checked(file, kind, schemas) if schemas else {}
    content = _payment(file, kind, has_entries=has_entries) if reader is None and is_payment(kind) else None
    content = content or _statements(file, reader, has_entries=has_entries)
    try:
        count, digest = file.finish()
    except Wrong as wrong:
        return {**begin, **content, "verdict": "invalid", "error": _wrong(wrong), "bytes": None, "sha256": None}
    return {**begin, **checked, **content, "bytes": count, "sha256": digest}


def refused(name: str, why: Wrong) -> Answer:
    """Return the answer for a file that is not even opened."""
    base = dict.fromkeys(("file", "member", "format", "bytes", "sha256"))
    return {**base, "file": name, "verdict": "invalid", "error": _wrong(why), "statements": []}


def is_sound(found: Answer) -> bool:
    """Return whether a file may be used: all of it was read, and no sum differs."""
    return found["verdict"] in VERDICTS[:2]


# ── its content ──────────────────────────────────────────────────────────────
def _payment(file: Opened, kind: str, *, has_entries: bool) -> Answer:
    """Return what a payment message says."""
    try:
        key, said, differences = read(kind, file.stream, has_entries=has_entries)
    except Wrong as wrong:
        return {"verdict": "invalid", "error": _wrong(wrong), "statements": []}
    verdict = "not_balanced" if differences else "no_balances"
    return {"verdict": verdict, "error": None, "statements": [], key: said, "differences": differences}


def _statements(file: Opened, reader: detect.Reader | None, *, has_entries: bool) -> Answer:
    """Return what the statements of a file say."""
    entries: list[list[Answer]] = []
    ended: list[Wrong] = []
    parts = _ended(_parts(file, reader), ended)
    found = list(summaries(_kept(parts, entries) if has_entries else parts))
    statements = [one for one in found if one.head.format]
    unheaded = [one.wrongs[-1] for one in found if not one.head.format and one.wrongs]
    error = next(iter(ended + unheaded), None)
    return {
        **({"format": statements[0].head.format} if statements and statements[0].head.format != "camt" else {}),
        "verdict": _worst(found, error),
        "error": _wrong(error) if error else None,
        "statements": [
            _statement(one, entries[at] if has_entries and at < len(entries) else None)
            for at, one in enumerate(statements)
        ],
    }


def _parts(file: Opened, reader: detect.Reader | None) -> Iterator[Part]:
    yield from (reader or detect.reader(file.begin, file.name)).read(file.stream)


def _ended(parts: Iterator[Part], ended: list[Wrong]) -> Iterator[Part]:
    """Pass parts on, and keep why they end before the file does."""
    try:
        yield from parts
    except Wrong as wrong:
        ended.append(wrong)
        raise


# ── the file ─────────────────────────────────────────────────────────────────
def _worst(found: list[Summary], error: Wrong | None) -> str:
    verdicts = [one.verdict for one in found] + (["invalid"] if error else [])
    return max(verdicts, key=VERDICTS.index, default="no_balances")


def _message(begin: bytes) -> Answer:
    """Return what an XML file says of itself before its content."""
    if not xml.is_xml(begin):
        return {}
    try:
        found = xml.message_of(begin)
    except Wrong:
        return {}
    return {
        "message": found.name or None,
        "root": found.root,
        "namespace": found.namespace or None,
        "namespace_prefix": found.prefix or None,
        "enveloped": found.is_enveloped,
        "has_doctype": found.has_doctype,
        "bom": found.has_bom,
    }


def _checked(file: Opened, kind: str, schemas: Schemas) -> Answer:
    """Compare a message with its schema, and let it be read all the same; null: there is no schema, or it is no XML."""
    known = schemas(kind)
    if known is None:
        return {"xsd_valid": None, "xsd_errors": []}
    try:
        found = schema.errors(file.kept(schema.BYTES_MAX + 1), known)
    except Wrong as wrong:
        return {"xsd_valid": None, "xsd_errors": [str(wrong)]}
    return {"xsd_valid": not found, "xsd_errors": found}


def _wrong(wrong: Wrong) -> Answer:
    return {"where": wrong.where, "why": wrong.why}


# ── a statement ──────────────────────────────────────────────────────────────
def _statement(one: Summary, entries: list[Answer] | None) -> Answer:
    head = one.head
    difference = _difference(one)
    found: Answer = {
        "kind": head.kind,
        "id": head.identity or None,
        "number": head.number or None,
        "legal_number": head.legal_number or None,
        "from": head.begins or None,
        "to": head.ends or None,
        "account": head.account or None,
        "account_id_kind": head.account_scheme or None,
        "currency": one.currency or None,
        "duplicate_flag": head.duplicate or None,
        "opening": _text(one.opening),
        "closing": _text(one.closing),
        "entry_count": one.entry_count,
        "credit_count": one.credit_count,
        "debit_count": one.debit_count,
        "credit_sum": _text(one.credit_sum),
        "debit_sum": _text(one.debit_sum),
        "net": _text(EXACT.subtract(one.credit_sum, one.debit_sum)),
        "booked_count": one.booked_count,
        "booked_net": _text(one.booked_net),
        "balances": [_balance(each) for each in one.balances],
        "verdict": one.verdict,
        "balance_check": "NOT_APPLICABLE" if difference is None else "NOT_BALANCED" if difference else "BALANCED",
        "difference_closing_minus_computed": _text(difference),
        "differences": [
            {"what": each.what, "stated": _text(each.stated), "computed": _text(each.computed), "by": _text(each.by)}
            for each in one.differences
        ],
        "wrong": [_wrong(each) for each in one.wrongs],
        "references": list(one.references),
        "repeated_references": list(one.repeated),
    }
    return found if entries is None else {**found, "entries": entries}


def _difference(one: Summary) -> Decimal | None:
    """Return closing less opening and booked entries; None where a balance is missing."""
    if one.opening is None or one.closing is None:
        return None
    return EXACT.subtract(one.closing, EXACT.add(one.opening, one.booked_net))


def _balance(one: Balance) -> Answer:
    return {
        "type": one.code,
        "subtype": one.sub_code or None,
        "amount": _text(one.amount),
        "currency": one.currency,
        "ind": "CRDT" if one.credit else "DBIT",
        "date": one.day.isoformat() if one.day else None,
    }


def _text(amount: Decimal | None) -> str | None:
    """Return an amount as plain digits, never with an exponent."""
    return None if amount is None else f"{amount:f}"


# ── its entries ──────────────────────────────────────────────────────────────
def _kept(parts: Iterable[Part], entries: list[list[Answer]]) -> Iterator[Part]:
    """Pass parts on, and keep what they say of entries, statement by statement."""
    for part in parts:
        if isinstance(part, Head):
            entries.append([])
        elif isinstance(part, Entry) and entries:
            entries[-1].append(_entry(part))
        yield part


_STATUS: Final = {"booked": "BOOK", "pending": "PDNG", "information": "INFO"}


def _entry(one: Entry) -> Answer:
    return {
        "ref": one.reference or None,
        "acct_svcr_ref": one.bank_reference or None,
        "amount": _text(one.amount),
        "signed": _text(signed(one.amount, one.credit)),
        "currency": one.currency or None,
        "ind": "CRDT" if one.credit else "DBIT",
        "reversal": one.reversal,
        "status": _STATUS[one.status],
        "booking": one.booked_on.isoformat() if one.booked_on else one.dated or None,
        "value": one.value_on.isoformat() if one.value_on else one.dated or None,
        "tx_code": one.code or None,
        "n_txdtls": len(one.details),
        "batch_declared_txs": one.batch_count,
        "end_to_end_ids": [each.end_to_end_id for each in one.details if each.end_to_end_id],
        "charges": [f"{amount:f}" for amount, _ in one.charges],
    }
