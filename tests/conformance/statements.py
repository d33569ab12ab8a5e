"""Statements against truths: what `cunguan statement` says of each sample of a folder, beside what its .truth.json says.

    python -m tests.conformance.statements DIR [--json] [--schemas DIR]

        --schemas: the folder of the schemas; without it, a folder 02-xsd beside DIR or above it, where there is one
Shape   every FILE.truth.json under DIR, and FILE beside it. agreed: every key that both know is the same; disagreed: which keys,
        ours, theirs; unsupported: content that is not read here (direct debits, what is no message of a bank), or a truth that
        cannot be read
Returns 0 nothing disagrees · 1 something does · 2 wrong usage: no such folder, or no truth in it
Units   amounts are compared as numbers, days as days; what only the maker of the truths looked at (bytes, line ends, what another
        tool said) is not compared
"""

import argparse
import json
import sys
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, NamedTuple

from cunguan.doors.statements.answer import Schemas, answer, refused
from cunguan.doors.statements.files import opened, schemas_of
from cunguan.formats.statement import Wrong

Json = dict[str, Any]
SUFFIX = ".truth.json"

#: what a truth may say in words, and what we must say then
REFUSES = ("not well-formed", "not decodable", "fragment or not a statement", "control totals/record counts")


class Different(NamedTuple):
    """A key of which we say something else."""

    key: str
    ours: Any
    theirs: Any


class Outcome(NamedTuple):
    """What one sample came to."""

    file: str
    kind: str
    why: str = ""
    different: tuple[Different, ...] = ()


def outcomes(folder: Path, schemas: Path | None = None) -> Iterator[Outcome]:
    """Compare every sample of a folder, in the order of their names."""
    near = [above / "02-xsd" for above in folder.resolve().parents[:3]]
    schemas = schemas or next((one for one in near if one.is_dir()), None)
    known = schemas_of(schemas) if schemas else None
    for truth in sorted(folder.rglob(f"*{SUFFIX}")):
        sample = truth.with_name(truth.name.removesuffix(SUFFIX))
        yield compared(sample, truth, str(sample.relative_to(folder)), known)


def compared(sample: Path, truth: Path, name: str, schemas: Schemas | None = None) -> Outcome:
    """Compare one sample with its truth."""
    try:
        theirs = json.loads(truth.read_text(encoding="utf-8"))
        if not isinstance(theirs, dict):
            raise ValueError("a truth is an object")
    except (OSError, ValueError) as wrong:
        return Outcome(name, "unsupported", f"its truth cannot be read: {wrong}")
    try:
        ours = said(sample, schemas)
        pairs = _pairs(ours, theirs)
    except OSError as wrong:
        return Outcome(name, "unsupported", f"it cannot be read: {wrong}")
    except (KeyError, TypeError, AttributeError, ArithmeticError) as wrong:
        return Outcome(name, "unsupported", f"its truth has another form: {wrong!r}")
    if pairs is None:
        return Outcome(name, "unsupported", f"{ours.get('format') or 'this'} is named, and its content not compared")
    different = tuple(Different(*pair) for pair in pairs if not same(pair[1], pair[2]))
    return Outcome(name, "disagreed" if different else "agreed", different=different)


def said(sample: Path, schemas: Schemas | None = None) -> Json:
    """Return what we say of a sample, entries and all, as JSON has it."""
    try:
        found, *more = [answer(file, schemas=schemas, has_entries=True) for file in opened(sample)]
        if more:
            raise Wrong("the archive", "it holds several files; a truth is of one")
    except Wrong as wrong:
        found = refused(sample.name, wrong)
    plain: Json = json.loads(json.dumps(found))
    return plain


# ── which keys ───────────────────────────────────────────────────────────────
Pairs = list[tuple[str, Any, Any]]


def _pairs(ours: Json, theirs: Json) -> Pairs | None:
    """Return what is compared; None where we do not read what the truth is about."""
    must_refuse = any(str(word).startswith(REFUSES) for word in theirs.get("must_say", ()))
    found: Pairs = [("refused", ours["verdict"] in ("invalid", "not_balanced"), True)] if must_refuse else []
    if _is_refused(ours, theirs):
        return [*found, ("refused", True, True)]
    if theirs.get("well_formed") is False:
        return [*found, ("well_formed", not _breaks_off(ours), False)]
    if "tag_sequence_first30" in theirs:
        return found + _each(ours, theirs["statements"], _mt940)
    if "record_types" in theirs:
        return found + _each(ours, theirs["accounts"], _bai2)
    if "ledger_balance" in theirs:
        return found + _ofx(ours, theirs)
    for key, pairs in (("initiation", _initiation), ("interbank", _interbank), ("status_report", _report)):
        if key in theirs and key in ours:
            said = [(f"{key}.{name}", *values) for name, *values in pairs(ours[key], theirs[key])]
            return [*found, *_message(ours, theirs), *said, *_declared(ours, theirs[key])]
    if "statements" in theirs:
        return found + _message(ours, theirs) + _each(ours, theirs["statements"], _camt)
    if theirs.get("message") and not any(key in theirs for key in ("initiation", "interbank", "status_report")):
        return found + _message(ours, theirs)  # no figures: which message it is, is all a truth says
    return None


def _is_refused(ours: Json, theirs: Json) -> bool:
    """Tell whether we refuse, with a reason, a payment message that must not be used since its schema does not allow it."""
    is_wrong = any(str(word).startswith("schema-invalid") for word in theirs.get("must_say", ()))
    return is_wrong and not ours["statements"] and ours["error"] is not None and "statements" not in theirs


def _each(ours: Json, theirs: list[Json], pair: Any) -> Pairs:
    """Pair statements in their order, each key with its place."""
    mine = ours["statements"]
    found: Pairs = [("statement_count", len(mine), len(theirs))]
    for at, (one, other) in enumerate(zip(mine, theirs, strict=False)):
        found += [(f"statements[{at}].{key}", *values) for key, *values in pair(one, other)]
    return found


def _breaks_off(ours: Json) -> bool:
    return ours["error"] is not None


def _message(ours: Json, theirs: Json) -> Pairs:
    keys = ("message", "root", "namespace", "namespace_prefix", "enveloped", "has_doctype")
    found: Pairs = [(key, ours.get(key), theirs[key]) for key in keys if key in theirs]
    if ours.get("xsd_valid") is not None and theirs.get("xsd_valid") is not None:
        found += [("xsd_valid", ours["xsd_valid"], theirs["xsd_valid"])]
    return found


# ── camt ─────────────────────────────────────────────────────────────────────
_KINDS = {"Stmt": "statement", "Rpt": "report", "Ntfctn": "notification"}
_SAME_KEYS = (
    "id", "from", "to", "account", "account_id_kind", "duplicate_flag", "entry_count", "credit_count",
    "debit_count", "credit_sum", "debit_sum", "net", "booked_count", "booked_net", "difference_closing_minus_computed",
)  # fmt: skip
_ENTRY_KEYS = (
    "ref", "amount", "currency", "ind", "acct_svcr_ref", "tx_code", "n_txdtls", "batch_declared_txs",
    "end_to_end_ids",
)  # fmt: skip


def _camt(ours: Json, theirs: Json) -> Pairs:
    found: Pairs = [(key, ours[key], theirs.get(key)) for key in _SAME_KEYS]
    found += [("currency", ours["currency"], theirs["currency"])] if theirs["currency"] else []  # we infer it
    found += [("kind", ours["kind"], _KINDS.get(theirs["kind"]))]
    found += [("electronic_seq", ours["number"], theirs["electronic_seq"])]
    found += [("legal_seq", ours["legal_number"], theirs["legal_seq"])]
    found += [(key, ours[key], theirs[key]) for key in ("opening", "closing") if theirs.get(key) is not None]
    found += [("balance_check", ours["balance_check"], theirs["balance_check"].split()[0])]
    found += [("balances", *_balances(ours["balances"], theirs["balances"]))]
    found += [
        (
            "summary_mismatches",
            _mismatches(ours),
            sorted(word.split(":")[0] for word in theirs.get("summary_mismatches", ())),
        )
    ]
    for at, (one, other) in enumerate(zip(ours["entries"], theirs["entries"], strict=False)):
        found += [(f"entries[{at}].{key}", one[key], other.get(key)) for key in _ENTRY_KEYS]
        found += [(f"entries[{at}].{key}", one[key], (other[key] or "")[:10]) for key in ("booking", "value")]
        found += [(f"entries[{at}].reversal", one["reversal"], other["reversal"] in ("true", "1"))]
        if other["status"] is not None:
            found += [(f"entries[{at}].status", one["status"], other["status"])]
    return found


def _bare(balance: Json) -> Json:
    """Return a balance with its day for its instant, and without a sub-type of the bank's own, which the truths leave out."""
    subtype = balance["subtype"] if balance["subtype"] in ("INTM", "FCOU") else None
    return {**balance, "subtype": subtype, "date": (balance["date"] or "")[:10]}


def _balances(ours: list[Json], theirs: list[Json]) -> tuple[list[Json], list[Json]]:
    """Return both; a side that the bank does not say is not compared, for we take it to be what its amount says."""
    mine, others = [_bare(one) for one in ours], [_bare(one) for one in theirs]
    for one, other in zip(mine, others, strict=False):
        other["ind"] = other["ind"] or one["ind"]
    return mine, others


_DECLARED = {
    "entry_count": "ntries", "entry_sum": "sum", "credit_count": "credit_n", "credit_sum": "credit_sum", "debit_count": "debit_n",
    "debit_sum": "debit_sum",
}  # fmt: skip


def _mismatches(ours: Json) -> list[str]:
    return sorted(_DECLARED[one["what"]] for one in ours["differences"] if one["what"] in _DECLARED)


# ── MT940 ────────────────────────────────────────────────────────────────────
def _mt940(ours: Json, theirs: Json) -> Pairs:
    found: Pairs = [("ref", ours["id"], theirs["ref"]), ("number", ours["number"], theirs["number"])]
    keys = ("account", "entry_count", "credit_sum", "debit_sum", "net", "balance_check")
    found += [(key, ours[key], theirs[key]) for key in keys]
    for key, code in (("opening", "OPBD"), ("closing", "CLBD"), ("available", "CLAV")):
        found += [(key, next((one for one in ours["balances"] if one["type"] == code), None), _balance(theirs[key]))]
    found += [
        ("bad_lines", len([one for one in ours["wrong"] if one["why"].startswith(":6")]), len(theirs["bad_lines"]))
    ]
    found += [
        ("difference", ours["difference_closing_minus_computed"], theirs.get("difference_closing_minus_computed"))
    ]
    for at, (one, other) in enumerate(zip(ours["entries"], theirs["entries"], strict=False)):
        found += [
            (f"entries[{at}].{key}", one[mine], other[key])
            for mine, key in (
                ("amount", "amount"), ("signed", "signed"), ("ref", "customer_ref"), ("acct_svcr_ref", "bank_ref"), ("tx_code", "type"),
            )
        ]  # fmt: skip
        found += [(f"entries[{at}].value", one["value"], _day(other["value"]))]
        found += [(f"entries[{at}].entry", (one["booking"] or "")[5:].replace("-", "") or None, other["entry"])]
    return found


def _balance(theirs: Json | None) -> Json | None:
    if theirs is None or "amount" not in theirs:
        return None
    return {
        "type": {"60": "OPBD", "62": "CLBD", "64": "CLAV"}[theirs["tag"][:2]],
        "subtype": "INTM" if theirs["tag"].endswith("M") else None,
        "amount": theirs["amount"],
        "currency": theirs["currency"],
        "ind": "CRDT" if theirs["ind"] == "C" else "DBIT",
        "date": _day(theirs["date"]),
    }


def _day(text: str) -> str:
    """Return a day as it is shown; one that no calendar has stands as the bank wrote it."""
    if text[2:4] == "02" and text[4:] > "29":
        return text
    return f"{'20' if text[:2] < '70' else '19'}{text[:2]}-{text[2:4]}-{text[4:]}"


# ── BAI2, OFX ────────────────────────────────────────────────────────────────
def _bai2(ours: Json, theirs: Json) -> Pairs:
    amounts = sum(Decimal(one["amount"]) for one in ours["entries"])
    return [
        ("account", ours["account"], theirs["account"]),
        ("currency", ours["currency"], theirs["currency"]),
        ("tx", ours["entry_count"], theirs["tx"]),
        ("tx_amount_sum", amounts, Decimal(theirs["tx_amount_sum"]) / 100),
        ("codes", [one["tx_code"] for one in ours["entries"]], theirs["codes"]),
    ]


def _ofx(ours: Json, theirs: Json) -> Pairs:
    statements = ours["statements"]
    entries = [entry for one in statements for entry in one["entries"]]
    found: Pairs = [
        ("transactions", len(entries), theirs["transactions"]),
        ("net", sum((Decimal(one["net"]) for one in statements), Decimal(0)), theirs["net"]),
        ("accounts", [one["account"] for one in statements], theirs["accounts"]),
        ("currency", statements[0]["currency"] if statements else None, theirs["currency"]),
        ("ledger_balance", statements[-1]["closing"] if statements else None, theirs["ledger_balance"]),
        (
            "duplicate_fitids",
            [name for one in statements for name in one["repeated_references"]],
            theirs["duplicate_fitids"],
        ),
    ]
    for at, (one, other) in enumerate(zip(entries, theirs["entries"], strict=False)):
        posted = other["posted"] or ""
        day = f"{posted[:4]}-{posted[4:6]}-{posted[6:8]}"
        found += [
            (f"entries[{at}].fitid", one["acct_svcr_ref"], other["fitid"]),
            (f"entries[{at}].type", one["tx_code"], other["type"]),
            (f"entries[{at}].amount", one["signed"], other["amount"]),
            (f"entries[{at}].posted", one["booking"], day if posted and posted != one["booking"] else posted),
        ]
    return found


# ── payments ─────────────────────────────────────────────────────────────────
def _declared(ours: Json, theirs: Json) -> Pairs:
    """Pair what a message declares of itself and is not so: its counts and sums."""
    mine = sorted((one["stated"], one["computed"]) for one in ours["differences"] if one["what"].startswith("group"))
    words = [word.split() for word in theirs.get("declared_vs_actual_mismatches", ())]
    others = sorted((word[word.index("declared") + 1], word[-1]) for word in words)
    return [("differences", [list(one) for one in mine], [list(one) for one in others])]


def _initiation(ours: Json, theirs: Json) -> Pairs:
    keys = (
        "msg_id",
        "created",
        "declared_count",
        "declared_sum",
        "count",
        "sum_all_currencies",
        "duplicate_end_to_end_ids",
    )
    found: Pairs = [(key, ours[key], theirs[key]) for key in keys]
    found += [("payments", len(ours["payments"]), len(theirs["payments"]))]
    for at, (one, other) in enumerate(zip(ours["payments"], theirs["payments"], strict=False)):
        found += [
            (f"payments[{at}].{key}", one[key], other[key])
            for key in ("id", "method", "declared_count", "declared_sum", "count", "sum", "debtor", "debtor_account")
        ]
        found += [(f"payments[{at}].exec_date", one["exec_date"], (other["exec_date"] or "")[:10])]
        found += [(f"payments[{at}].batch_booking", one["batch_booking"], _truth(other["batch_booking"]))]
        found += _listed(f"payments[{at}].transactions", one["transactions"], other["transactions"], _TRANSFER_KEYS)
    return found


_TRANSFER_KEYS = ("end_to_end", "instr_id", "amount", "currency", "charge_bearer", "creditor", "creditor_account")


def _truth(text: str | None) -> bool | None:
    return None if text is None else text in ("true", "1")


def _interbank(ours: Json, theirs: Json) -> Pairs:
    keys = (
        "msg_id",
        "declared_count",
        "declared_total",
        "declared_ctrlsum",
        "count",
        "sum_by_currency",
        "settlement_method",
    )
    found: Pairs = [(key, ours[key], theirs[key]) for key in keys]
    for at, (one, other) in enumerate(zip(ours["transactions"], theirs["transactions"], strict=False)):
        keys = [key for key in other if other[key] is not None or key not in _ELSEWHERE]
        found += [(f"transactions[{at}].{key}", one[key], other[key]) for key in keys]
    return found


#: what the truths look for in one place of a transfer only, and we also where returns, banks and groups have it
_ELSEWHERE = ("instr", "instructed", "debtor", "creditor", "settlement_date")


def _report(ours: Json, theirs: Json) -> Pairs:
    found: Pairs = [("msg_id", ours["msg_id"], theirs["msg_id"])]
    for key in ("original", "payment_statuses", "tx_statuses"):
        others = [{**each, "reasons": [code for code in each["reasons"] if code]} for each in theirs[key]]
        found += _listed(key, ours[key], others, ())
    return found


def _listed(name: str, ours: list[Json], theirs: list[Json], keys: tuple[str, ...]) -> Pairs:
    """Pair the members of two lists, by some keys or by all the truth has."""
    found: Pairs = [(name, len(ours), len(theirs))]
    for at, (one, other) in enumerate(zip(ours, theirs, strict=False)):
        found += [(f"{name}[{at}].{key}", one.get(key), other[key]) for key in keys or other]
    return found


# ── the same ─────────────────────────────────────────────────────────────────
def same(ours: Any, theirs: Any) -> bool:
    """Tell whether two values say the same: nothing is nothing, numbers are numbers.

    >>> same("10.0", "10.00"), same(None, ""), same("a", "A"), same([{"amount": "1"}], [{"amount": "1.00"}])
    (True, True, False, True)
    """
    if isinstance(ours, dict) and isinstance(theirs, dict):
        return all(same(ours.get(key), theirs.get(key)) for key in ours.keys() | theirs.keys())
    if isinstance(ours, list) and isinstance(theirs, list):
        return len(ours) == len(theirs) and all(same(one, other) for one, other in zip(ours, theirs, strict=True))
    if isinstance(ours, bool) or isinstance(theirs, bool):
        return ours is theirs
    if not ours and not theirs and 0 not in (ours, theirs):
        return True
    return str(ours) == str(theirs) or _number(ours) == _number(theirs) is not None


def _number(value: Any) -> Decimal | None:
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


# ── the command line ─────────────────────────────────────────────────────────
def main(argv: list[str]) -> int:
    """Compare a folder and print what came of it."""
    parser = argparse.ArgumentParser(prog="tests.conformance.statements", description=__doc__.splitlines()[0])
    parser.add_argument("folder", metavar="DIR", type=Path)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--schemas", metavar="DIR", type=Path, help="the folder of the schemas")
    arguments = parser.parse_args(argv)
    if not arguments.folder.is_dir():
        print(f"tests.conformance.statements: {arguments.folder} is no folder", file=sys.stderr)
        return 2
    found = list(outcomes(arguments.folder, arguments.schemas))
    if not found:
        print(f"tests.conformance.statements: no *{SUFFIX} is under {arguments.folder}", file=sys.stderr)
        return 2
    print(json.dumps(report(found), ensure_ascii=False, default=str) if arguments.json else "\n".join(lines(found)))
    return 1 if any(one.kind == "disagreed" for one in found) else 0


def report(found: list[Outcome]) -> Json:
    """Return all outcomes as one object."""
    return {
        "samples": len(found),
        "agreed": [one.file for one in found if one.kind == "agreed"],
        "disagreed": [
            {"file": one.file, "key": each.key, "ours": each.ours, "theirs": each.theirs}
            for one in found
            for each in one.different
        ],
        "unsupported": [{"file": one.file, "why": one.why} for one in found if one.kind == "unsupported"],
        "disagreed_files": sorted({one.file for one in found if one.kind == "disagreed"}),
    }


def lines(found: list[Outcome]) -> list[str]:
    """Return the outcomes as a person reads them: what does not agree, and how many."""
    told = []
    for one in found:
        told += [
            f"disagreed  {one.file}  {each.key}: ours {each.ours!r}, theirs {each.theirs!r}" for each in one.different
        ]
        told += [f"unsupported  {one.file}  {one.why}"] if one.kind == "unsupported" else []
    counts = {kind: sum(one.kind == kind for one in found) for kind in ("agreed", "disagreed", "unsupported")}
    return [*told, ", ".join(f"{count} {kind}" for kind, count in counts.items()) + f" of {len(found)}"]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
