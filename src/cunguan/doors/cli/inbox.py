"""`cunguan inbox` (收件箱): what came from banks: list, show, take out, import, read again, see what waits, book it; how a client pays in.

When    an operator looks what a bank has sent, brings a file that came by another way, or books what may not book itself
Does    import keeps the bytes and reads them at once; the jobs worker tells the books. book hands in one instruction, under the id of
        the movement. known notes by what an entry is booked already, and posts nothing
        take writes the bytes as they came, with names and account numbers, to a new file for its owner's eyes; elsewhere those are sealed
Returns list, open: 0 nothing needs a person, 1 something does · show, take, reference: 0, 1 there is no such, or it is not what was kept
        import, again: 0 all were read whole, 1 one was not · book: 0 done, 1 refused · 2 wrong usage
Units   minor units in --json; amounts with the currency's decimals for people
Source  schema 0011; domain-decisions.md 4, 6; domain.md (e.3)
"""

import argparse
import os
import shutil
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, BinaryIO, Final

import msgspec
import psycopg

from cunguan.channels.iso20022.profile import banks
from cunguan.doors.cli.arguments import asked_language
from cunguan.doors.cli.database import connected
from cunguan.doors.inbox.booking import Told, told_rows
from cunguan.doors.inbox.by_hand import WAYS, NotSo, People, instructions, names
from cunguan.doors.inbox.files import again, read_file, read_received
from cunguan.doors.inbox.keep import KeptWrong, content, keep
from cunguan.doors.inbox.sorting import Movement, Payment
from cunguan.doors.inbox.words import said
from cunguan.doors.papers import layout
from cunguan.doors.sealing import sealer
from cunguan.kernel.canonical import canonical_json, key16
from cunguan.kernel.codes import Code
from cunguan.kernel.currency import EXPONENT
from cunguan.kernel.deposit_reference import Holder, creditor_reference, virtual_account
from cunguan.kernel.instruction import Answer
from cunguan.kernel.money import format_minor
from cunguan.keys.sealed import SealBroken
from cunguan.operations.two_names import two_names
from cunguan.plane.client import Client
from cunguan.store.sqlfiles import statement

MOST: Final = 1_000

_HEADS: Final = {
    "en": {"file": ("file", "channel", "came", "state", "times", "statements", "entries", "name", "why"),
           "statement": ("statement", "format", "lane", "account", "day", "opening", "closing", "entries", "verdict", "state"),
           "entry": ("entry", "lane", "account", "booked", "amount", "reference", "end-to-end id", "for", "what became of it"),
           "reference": ("lane", "account", "channel", "number", "virtual account", "creditor reference"),
           "none": "nothing needs a person", "bad": "not readable"},
    "zh": {"file": ("文件", "渠道", "收到", "状态", "次数", "对账单", "流水", "名称", "原因"),
           "statement": ("对账单", "格式", "通道", "账户", "日期", "期初", "期末", "流水", "结论", "状态"),
           "entry": ("流水", "通道", "账户", "记账日", "金额", "银行流水号", "端到端编号", "归属", "处理结果"),
           "reference": ("通道", "账户", "渠道", "账号", "虚拟账号", "入账识别号"),
           "none": "没有需要人工处理的内容", "bad": "不可读"},
}  # fmt: skip


class File(msgspec.Struct, frozen=True):
    """A file that came."""

    id: int
    channel: str
    name: str
    at: datetime
    bytes: int
    state: str
    why: str
    again: int
    statements: int
    entries: int
    sha256: str


class Statement(msgspec.Struct, frozen=True):
    """A statement in a file; `same_as`: it came before in other bytes."""

    id: int
    place: int
    format: str
    kind: str
    lane: int | None
    bank_account: str
    account: str
    currency: str
    day: date | None
    opening_minor: int | None
    closing_minor: int | None
    entry_count: int
    credit_minor: int
    debit_minor: int
    verdict: str
    difference: str
    state: str
    same_as: int | None


class Reference(msgspec.Struct, frozen=True):
    """By what a transfer to a bank account is known to be for a client."""

    lane: int
    bank_account: str
    channel: str
    account: str
    virtual_account: str
    creditor_reference: str


class Entry(msgspec.Struct, frozen=True):
    """A transaction of a statement, and what became of it."""

    statement: int
    number: int
    part: int
    lane: int | None
    bank_account: str
    booked_on: date | None
    credit: bool
    amount_minor: int
    currency: str
    code: str
    bank_reference: str
    end_to_end_id: str
    holder: str
    outcome: str
    cause: str
    instruction_id: str

    @property
    def id(self) -> str:
        """How a person names it: statement/number/part."""
        return f"{self.statement}/{self.number}/{self.part}"


def add_parser(subparsers: Any) -> None:
    """Register `inbox` and its acts."""
    says = "what came from banks: list, show, take, import, again, open, book, known"
    acts = subparsers.add_parser("inbox", help=says, description=says).add_subparsers(metavar="ACT", required=True)
    listing = acts.add_parser("list", help="files that were not used whole; --all every one")
    listing.set_defaults(run=run_list)
    listing.add_argument("--all", action="store_true", help="also those that were read whole")
    show = acts.add_parser("show", help="what was read of a file, and what became of each entry")
    show.set_defaults(run=run_show)
    take = acts.add_parser("take", help="write the bytes of a file, as they came, to a new file")
    take.set_defaults(run=run_take)
    take.add_argument("--out", required=True, type=Path, metavar="PATH", help="where to: a file that is not there yet")
    bring = acts.add_parser("import", help="keep and read files that came by another way")
    bring.set_defaults(run=run_import)
    bring.add_argument("files", nargs="+", type=Path, metavar="FILE")
    bring.add_argument("--channel", required=True, help="whose they are: the channel of the bank accounts they are of")
    anew = acts.add_parser(
        "again", help="read a file again that was not used whole: by a better reader, or with its account known"
    )
    anew.set_defaults(run=run_again)
    for one in (show, take, anew):
        one.add_argument("file", type=int, help="the number of the file")
    waiting = acts.add_parser("open", help="entries that wait, or that two people must book")
    waiting.set_defaults(run=run_open)
    book = acts.add_parser("book", help="two people book an entry as what they found it to be")
    book.set_defaults(run=run_book)
    book.add_argument("entry", type=_entry, help="as `open` shows it: statement/number/part")
    book.add_argument("--as", dest="way", required=True, choices=sorted(WAYS), help="what it is")
    book.add_argument("--of", default="", help="the shortfall, deposit, break or platform's account it is about")
    for option, text in (("reason", "what shows it"), ("maker", "who asks"), ("checker", "who has looked at it")):
        book.add_argument(f"--{option}", required=True, help=text)
    noted = acts.add_parser("known", help="say by which instructions an entry is in the books already")
    noted.set_defaults(run=run_known)
    noted.add_argument("entry", type=_entry, help="as `open` shows it: statement/number/part")
    noted.add_argument(
        "--of", nargs="+", required=True, metavar="INSTRUCTION", help="those that booked it, in all its amount"
    )
    refer = acts.add_parser("reference", help="how a client pays in: his virtual account and his creditor reference")
    refer.set_defaults(run=run_reference)
    refer.add_argument("holder", help="the id of his account")
    refer.add_argument("--lane", type=int, help="its lane, where two have an account of that id")
    for one in (listing, show, take, bring, anew, waiting, book, noted, refer):
        one.add_argument("--json", action="store_true", help="print one JSON value")
        one.add_argument("--lang", choices=["en", "zh"], help="language of the labels (by LANG)")


# ── looking ──────────────────────────────────────────────────────────────────
def run_list(arguments: argparse.Namespace, wiring: Any) -> int:
    """List files."""
    with connected(wiring) as connection:
        files = _files(connection, everything=arguments.all)
    if arguments.json:
        print(canonical_json(files).decode())
    else:
        _print(arguments, wiring, "file", [_file_row(one) for one in files], (4, 5, 6))
    return 1 if any(one.state in ("flagged", "unreadable") for one in files) else 0


def run_show(arguments: argparse.Namespace, wiring: Any) -> int:
    """Show a file."""
    with connected(wiring) as connection:
        files = _files(connection, [arguments.file])
        if not files:
            print(f"cunguan inbox: there is no file {arguments.file}", file=sys.stderr)
            return 1
        given = {"file": arguments.file, "most": MOST}
        statements = [Statement(*row) for row in connection.execute(statement("inbox_statements"), given)]
        entries = [Entry(*row) for row in connection.execute(statement("inbox_entries"), given)]
        bad = [{"place": place, "why": why} for place, why in connection.execute(statement("inbox_bad_lines"), given)]
    if arguments.json:
        print(
            canonical_json({"file": files[0], "statements": statements, "entries": entries, "bad_lines": bad}).decode()
        )
        return 0
    _print(arguments, wiring, "file", [_file_row(files[0])], (4, 5, 6))
    print(f"SHA-256 {files[0].sha256}")
    _print(arguments, wiring, "statement", [_statement_row(one) for one in statements], (5, 6, 7))
    _print(arguments, wiring, "entry", [_entry_row(one, asked_language(arguments, wiring)) for one in entries], (4,))
    for one in bad:
        print(f"{_HEADS[asked_language(arguments, wiring)]['bad']}: {one['place']}: {one['why']}")
    return 0


def run_open(arguments: argparse.Namespace, wiring: Any) -> int:
    """List what waits."""
    with connected(wiring) as connection:
        entries = [Entry(*row) for row in connection.execute(statement("inbox_open"), {"most": MOST})]
    if arguments.json:
        print(canonical_json(entries).decode())
    else:
        _print(
            arguments, wiring, "entry", [_entry_row(one, asked_language(arguments, wiring)) for one in entries], (4,)
        )
    return 1 if entries else 0


def run_reference(arguments: argparse.Namespace, wiring: Any) -> int:
    """Tell how a client pays in."""
    with connected(wiring) as connection:
        given = {"holder": arguments.holder, "lane": arguments.lane}
        found = [
            Reference(
                lane, bank, channel, account, virtual_account(account, number), creditor_reference(Holder(lane, number))
            )
            for lane, _, number, bank, channel, account in connection.execute(statement("inbox_references"), given)
        ]
    if not found:
        print(f"cunguan inbox: no account of a client is called {arguments.holder}", file=sys.stderr)
        return 1
    if arguments.json:
        print(canonical_json(found).decode())
    else:
        rows = [[str(one.lane), one.bank_account, one.channel, one.account, one.virtual_account, one.creditor_reference]
                for one in found]  # fmt: skip
        _print(arguments, wiring, "reference", rows, ())
    return 0


def run_take(arguments: argparse.Namespace, wiring: Any) -> int:
    """Write the bytes of a file where none is; a file that is not what was kept is not left."""
    with connected(wiring) as connection:
        found = connection.execute(statement("bank_file_of"), {"id": arguments.file}).fetchone()
        if found is None:
            print(f"cunguan inbox: there is no file {arguments.file}", file=sys.stderr)
            return 1
        try:
            _write_new(arguments.out, content(connection, sealer(wiring.keys, connection), arguments.file))
        except (KeptWrong, SealBroken) as wrong:
            print(f"cunguan inbox: {wrong}; nothing was written", file=sys.stderr)
            return 1
        except OSError as wrong:
            print(f"cunguan inbox: {arguments.out} cannot be written: {wrong.strerror}", file=sys.stderr)
            return 2
    sha256, size = found[0].hex(), found[1]
    if arguments.json:
        print(
            canonical_json(
                {"file": arguments.file, "out": str(arguments.out), "bytes": size, "sha256": sha256}
            ).decode()
        )
    else:
        print(f"{sha256}  {arguments.out}")
    return 0


def _write_new(out: Path, source: BinaryIO) -> None:
    """Write a file only its owner can read, whole or not at all, and never over another."""
    with os.fdopen(os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        try:
            shutil.copyfileobj(source, file)
        except BaseException:
            out.unlink()
            raise


# ── bringing ─────────────────────────────────────────────────────────────────
def run_import(arguments: argparse.Namespace, wiring: Any) -> int:
    """Keep and read files."""
    known, now = banks(wiring.home, wiring.bank), datetime.now(UTC)
    told: list[int] = []
    with connected(wiring) as connection:
        seal = sealer(wiring.keys, connection)
        for path in arguments.files:
            try:
                with path.open("rb") as source:
                    kept = keep(connection, seal, source, channel=arguments.channel, name=path.name, at=now)
            except OSError as wrong:
                print(f"cunguan inbox: {path} cannot be read: {wrong.strerror}", file=sys.stderr)
                return 2
            if kept.is_new:
                read_file(connection, seal, known, kept.id, arguments.channel, path.name, now)
            told.append(kept.id)
        read_received(connection, seal, known, now)  # what came out of an archive
        files = _files(connection, told)
    return _tell_files(arguments, wiring, files)


def run_again(arguments: argparse.Namespace, wiring: Any) -> int:
    """Read a file again."""
    with connected(wiring) as connection:
        seal = sealer(wiring.keys, connection)
        if not again(connection, arguments.file):
            print(f"cunguan inbox: file {arguments.file} is not one that was flagged or unreadable", file=sys.stderr)
            return 1
        channel, name = connection.execute(
            "SELECT channel, name FROM bank_file WHERE id = %s", (arguments.file,)
        ).fetchone()  # type: ignore[misc]  # it was marked a moment ago
        read_file(connection, seal, banks(wiring.home, wiring.bank), arguments.file, channel, name, datetime.now(UTC))
        files = _files(connection, [arguments.file])
    return _tell_files(arguments, wiring, files)


# ── booking ──────────────────────────────────────────────────────────────────
def run_book(arguments: argparse.Namespace, wiring: Any) -> int:
    """Book an entry."""
    if two_names(arguments.maker, arguments.checker) is not None:
        print("cunguan inbox: two people book it, and they are two", file=sys.stderr)
        return 2
    with connected(wiring) as connection:
        movement = _movement(connection, arguments)
        if movement is None:
            return 1
        payment = connection.execute(statement("bank_overpaid"), arguments.entry).fetchone()
        people = People(
            arguments.reason, arguments.maker, arguments.checker, _name(connection, movement), arguments.of,
            _holder(connection, movement, arguments),
            None if payment is None else Payment(*payment),
        )  # fmt: skip
        try:
            asked = instructions(movement, arguments.way, people)
        except NotSo as wrong:
            print(f"cunguan inbox: {wrong}", file=sys.stderr)
            return 2
        client = Client(wiring.plane)
        try:
            for step in asked:
                answer = client.ask(movement.lane, step)
                if answer.code is not Code.done:
                    break
        finally:
            client.close()
        if answer.code is Code.done:
            _note(connection, movement, "booked", arguments.way, answer.id)
    return _tell_answer(answer, as_json=arguments.json)


def run_known(arguments: argparse.Namespace, wiring: Any) -> int:
    """Note by what an entry is in the books already; nothing is posted."""
    with connected(wiring) as connection:
        movement = _movement(connection, arguments)
        if movement is None:
            return 1
        told = sorted(set(arguments.of))
        given = {"lane": movement.lane, "bank_account": movement.bank_account, "keys": [key16(name) for name in told]}
        ((posted_minor, count),) = connection.execute(statement("bank_posted"), given).fetchall()
        wanted_minor = movement.amount_minor if movement.credit else -movement.amount_minor
        if (posted_minor, count) != (wanted_minor, len(told)):
            print(f"cunguan inbox: {count} of {len(told)} have posted to {movement.bank_account} and are no other entry's, in all"
                  f" {posted_minor}; the entry is of {wanted_minor} minor units", file=sys.stderr)  # fmt: skip
            return 1
        _note(connection, movement, "known", "booked_before", told[0])
    if arguments.json:
        print(canonical_json({"instructions": told, "amount_minor": wanted_minor}).decode())
    return 0


def _name(connection: psycopg.Connection[Any], movement: Movement) -> str:
    """Return the id it is handed in under: the first that no refusal has used."""
    for name in names(movement):
        row = connection.execute(statement("bank_instruction"), {"lane": movement.lane, "key": key16(name)}).fetchone()
        if row is None or not row[0]:
            return name
    raise AssertionError("there is always another name")


def _movement(connection: psycopg.Connection[Any], arguments: argparse.Namespace) -> Movement | None:
    row = connection.execute(statement("bank_movement"), arguments.entry).fetchone()
    if row is None:
        print("cunguan inbox: no such entry waits: see `cunguan inbox open`", file=sys.stderr)
    return None if row is None else Movement(*row)


def _note(
    connection: psycopg.Connection[Any], movement: Movement, outcome: str, cause: str, instruction_id: str
) -> None:
    told = told_rows([Told(movement, outcome, cause, instruction_id)])
    connection.execute(statement("bank_entries_told"), told)


def _holder(connection: psycopg.Connection[Any], movement: Movement, arguments: argparse.Namespace) -> str:
    if arguments.way != "charge_back":
        return ""
    found = connection.execute(
        "SELECT holder FROM deposit WHERE lane = %s AND id = %s", (movement.lane, arguments.of)
    ).fetchone()
    return str(found[0]) if found is not None else ""


# ── telling ──────────────────────────────────────────────────────────────────
def _files(
    connection: psycopg.Connection[Any], ids: list[int] | None = None, *, everything: bool = False
) -> list[File]:
    """Return some files; without ids those that need a look, or everything."""
    given = {"ids": ids, "all": everything, "most": MOST if ids is None else len(ids)}
    return [File(*row) for row in connection.execute(statement("inbox_files"), given)]


def _tell_files(arguments: argparse.Namespace, wiring: Any, files: list[File]) -> int:
    if arguments.json:
        print(canonical_json(files).decode())
    else:
        _print(arguments, wiring, "file", [_file_row(one) for one in files], (4, 5, 6))
    return 0 if all(one.state == "read" for one in files) else 1


def _tell_answer(answer: Answer, *, as_json: bool) -> int:
    if as_json:
        print(canonical_json({**msgspec.structs.asdict(answer), "code": answer.code.name}).decode())
    else:
        print(f"{answer.id}  {answer.code.name}  {answer.why}".rstrip())
    return 0 if answer.code is Code.done else 1


def _print(
    arguments: argparse.Namespace, wiring: Any, what: str, rows: list[list[str]], numbers: tuple[int, ...]
) -> None:
    head = _HEADS[asked_language(arguments, wiring)]
    print("\n".join(layout.table(head[what], rows, numbers)) if rows else head["none"])


def _file_row(one: File) -> list[str]:
    came = f"{one.at.astimezone(UTC):%Y-%m-%d %H:%M:%SZ}"
    times, statements, entries = str(one.again + 1), str(one.statements), str(one.entries)
    return [str(one.id), one.channel, came, one.state, times, statements, entries, one.name, one.why]


def _statement_row(one: Statement) -> list[str]:
    opening, closing = (_amount(minor, one.currency) for minor in (one.opening_minor, one.closing_minor))
    verdict = f"{one.verdict} ({one.difference})" if one.difference else one.verdict
    state = f"{one.state} (= {one.same_as})" if one.same_as is not None else one.state
    return [str(one.id), one.format, str(one.lane or "-"), one.account, str(one.day or "-"), opening, closing,
            str(one.entry_count), verdict, state]  # fmt: skip


def _entry_row(one: Entry, language: str) -> list[str]:
    amount = _amount(one.amount_minor if one.credit else -one.amount_minor, one.currency)
    became = said(one.outcome, one.cause, language)
    return [one.id, str(one.lane or "-"), one.bank_account, str(one.booked_on or "-"), amount, one.bank_reference, one.end_to_end_id,
            one.holder, f"{became}  {one.instruction_id}".rstrip()]  # fmt: skip


def _amount(minor: int | None, currency: str) -> str:
    if minor is None:
        return "-"
    return f"{format_minor(minor, currency)} {currency}" if currency in EXPONENT else str(minor)


def _entry(text: str) -> dict[str, int]:
    parts = text.split("/")
    if len(parts) != 3 or not all(part.isdecimal() for part in parts):
        raise argparse.ArgumentTypeError(f"{text!r} is no entry: statement/number/part, as 12/3/0")
    return dict(zip(("statement", "number", "part"), map(int, parts), strict=True))
