"""`cunguan statement` (对账单): read files of banks, of any format, and say what each statement or payment message comes to.

When    a person or a script types it; nothing is kept and nothing is posted: the bank inbox does that
Returns 0 every file is whole and no sum differs · 1 one is not_balanced or invalid · 2 wrong usage, or a path cannot be read
Units   --json prints one object a line for each file, and each file of an archive: doors/statements/answer.py has its keys
"""

import argparse
import sys
import time
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import msgspec

from cunguan.doors.statements.answer import Answer, Schemas, answer, is_sound, refused
from cunguan.doors.statements.files import Progress, opened, schemas_of
from cunguan.formats.csv_statement import MappingWrong, Reader, mapping
from cunguan.formats.statement import Wrong

#: so many references are shown to a person; --json has them all
SHOWN: Final = 5
#: progress is shown after so many seconds, and as often
PATIENCE: Final = 2.0


def add_parser(subparsers: Any) -> None:
    """Register `statement`."""
    says = (
        "read bank files (camt.052/053/054, MT940/942, BAI2, OFX, CSV, EVE, ALEVE; zip, gzip) and say what they come to"
    )
    verb = subparsers.add_parser("statement", help=says, description=says)
    verb.set_defaults(run=run)
    verb.add_argument("files", metavar="FILE", nargs="+", type=Path)
    verb.add_argument("--mapping", metavar="TOML", type=Path, help="the files are CSV; which column is what")
    verb.add_argument(
        "--schemas",
        metavar="DIR",
        type=Path,
        help="compare XML with the schemas in a folder, named camt.053.001.08.xsd",
    )
    verb.add_argument("--entries", action="store_true", help="with --json: every entry, or transfer, too")
    verb.add_argument("--json", action="store_true", help="print one JSON object a line for each file")


def run(arguments: argparse.Namespace, wiring: Any) -> int:
    """Read the files one after the other; a path that cannot be read does not keep the others from being read."""
    try:
        reader = Reader(mapping(tomllib.loads(arguments.mapping.read_text()))) if arguments.mapping else None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, MappingWrong) as wrong:
        print(f"cunguan statement: {arguments.mapping}: {wrong}", file=sys.stderr)
        return 2
    if arguments.schemas and not arguments.schemas.is_dir():
        print(f"cunguan statement: {arguments.schemas} is no folder", file=sys.stderr)
        return 2
    schemas = schemas_of(arguments.schemas) if arguments.schemas else None
    worst = 0
    for path in arguments.files:
        try:
            for found in _answers(path, reader, schemas, has_entries=arguments.entries and arguments.json):
                print(msgspec.json.encode(found).decode() if arguments.json else "\n".join(lines(found)), flush=True)
                worst = max(worst, 0 if is_sound(found) else 1)
        except OSError as wrong:
            print(f"cunguan statement: {path}: {wrong.strerror or wrong}", file=sys.stderr)
            worst = 2
    return worst


def _answers(path: Path, reader: Reader | None, schemas: Schemas | None, *, has_entries: bool) -> Iterator[Answer]:
    try:
        for file in opened(path, _progress(path.name)):
            yield answer(file, reader, schemas=schemas, has_entries=has_entries)
    except Wrong as wrong:
        yield refused(path.name, wrong)


def _progress(name: str) -> Progress:
    shown = time.monotonic()

    def tell(count: int) -> None:
        nonlocal shown
        now = time.monotonic()
        if now - shown >= PATIENCE:
            shown = now
            print(f"{name}: {count / 1e6:,.0f} MB read", file=sys.stderr)

    return tell


# ── for people ───────────────────────────────────────────────────────────────
def lines(found: Answer) -> list[str]:
    """Return an answer as a person reads it: the file, then each statement, then what is wrong."""
    member = f" / {found['member']}" if found["member"] else ""
    told = [f"{found['file']}{member}  {found.get('format') or 'unknown'}  {found['verdict']}"]
    told += [f"  not as its schema asks, {each}" for each in found.get("xsd_errors", ())]
    for one in found["statements"]:
        told += _statement(one)
    told += _payment(found) if "differences" in found else []
    if found["error"]:
        told.append(f"  not readable at {found['error']['where']}: {found['error']['why']}")
    return told


def _payment(found: Answer) -> list[str]:
    """Return what a payment message says: whose, how many, how much, and what became of them."""
    told = []
    if "initiation" in found:
        said = found["initiation"]
        told.append(
            f"  order {said['msg_id']}: {said['count']} transfers, {said['sum_all_currencies']} in all currencies"
        )
        told += [
            f"    {each['id']} on {each['exec_date']}: {each['count']} transfers, {each['sum']}"
            for each in said["payments"]
        ]
        told += [f"    twice in it: {reference}" for reference in said["duplicate_end_to_end_ids"][:SHOWN]]
    if "interbank" in found:
        said = found["interbank"]
        sums = ", ".join(f"{total} {currency}" for currency, total in said["sum_by_currency"].items())
        told.append(f"  message {said['msg_id']}: {said['count']} transfers, {sums or 'nothing'}")
    if "status_report" in found:
        told += _report(found["status_report"])
    return told + _differences(found["differences"])


def _report(said: Answer) -> list[str]:
    told = [f"  report {said['msg_id']}"]
    told += [f"    message {each['msg_id']}: {_status(each, 'group_status')}" for each in said["original"]]
    told += [f"    batch {each['pmt_inf']}: {_status(each, 'status')}" for each in said["payment_statuses"]]
    told += [
        f"    transfer {each['end_to_end'] or each['tx_id']}: {_status(each, 'status')}" for each in said["tx_statuses"]
    ]
    return told


def _status(each: Answer, key: str) -> str:
    return " ".join([each[key] or "no status of its own", *each["reasons"]])


def _differences(found: list[Answer]) -> list[str]:
    return [
        f"      {each['what']} differs by {each['by']}: stated {each['stated']}, computed {each['computed']}"
        for each in found
    ]


def _statement(one: Answer) -> list[str]:
    name = " ".join(part for part in (one["kind"], one["id"], one["number"]) if part)
    told = [
        f"  {name}, account {one['account'] or 'not said'}, {one['currency'] or 'no currency'}",
        f"    opening {one['opening'] or '—'}  closing {one['closing'] or '—'}",
        f"    {one['entry_count']} entries: {one['credit_count']} credits {one['credit_sum']},"
        f" {one['debit_count']} debits {one['debit_sum']}",
    ]
    references = one["references"]
    if references:
        more = f" and {len(references) - SHOWN} more" if len(references) > SHOWN else ""
        told.append(f"    references {', '.join(references[:SHOWN])}{more}")
    told += [f"    twice in it: {reference}" for reference in one["repeated_references"][:SHOWN]]
    told.append(f"    {one['verdict']}")
    told += _differences(one["differences"])
    told += [f"      {each['where']}: {each['why']}" for each in one["wrong"]]
    return told
