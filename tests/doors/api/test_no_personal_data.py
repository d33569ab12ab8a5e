"""Dump and grep: marked persons, payees, documents and bank files go through every door, also wrongly; then nothing of the
database, of what the processes logged, of the answers to what was wrong, and of the backups holds a mark in any writing."""

import base64
import contextlib
import io
import json
import logging
import os
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from cunguan.config.wiring import Wiring
from cunguan.doors.cli import main as cli
from cunguan.doors.telemetry import logs
from tests.doors.api.harness import LENDERS, Door, Stack
from tests.doors.api.lanmao_platform import Platform
from tests.doors.inbox.test_files import MT940

NAME, ASCII_NAME, ADDRESS = "欧阳寰宇", "Zoltan Quixsmith", "标记街九百九十九号"
ID_NUMBER, PHONE, CARD, DEVICE = "110101199003078195", "13912340077", "6228480402564890018", "DEV-MARK-77aa"
DOCUMENT = b"DOCUMENT-MARK-scan-of-everything"
MARKS = (NAME, ASCII_NAME, ADDRESS, ID_NUMBER, PHONE, CARD, DEVICE, DOCUMENT.decode())
WHO = {"name": NAME, "id_type": "id_card", "id_number": ID_NUMBER, "phone": PHONE, "address": ADDRESS,
       "devices": [DEVICE], "cards": [CARD]}  # fmt: skip
CLIENT, PATH = f"person:{LENDERS[0]}", f"/v1/persons/person:{LENDERS[0]}"


def writings(mark: str) -> Iterator[bytes]:
    """Yield a mark in every writing somebody could have used without meaning to."""
    for encoding in ("utf-8", "utf-16-le", "utf-16-be", "gb18030"):
        raw = mark.encode(encoding)
        yield raw
        yield raw.hex().encode()
        yield raw.hex().upper().encode()
        yield "".join(f"%{byte:02X}" for byte in raw).encode()
        for shift in range(3):  # base64 by where the mark begins in its group of three bytes
            whole = base64.b64encode(bytes(shift) + raw)
            inner = whole[4 if shift else 0 : -4]
            yield inner
            yield inner.replace(b"+", b"-").replace(b"/", b"_")
    if not mark.isascii():
        yield mark.encode("unicode_escape")
        yield json.dumps(mark)[1:-1].upper().replace("\\U", "\\u").encode()
    yield mark[::-1].encode()


EVERY = {each: mark for mark in MARKS for each in writings(mark) if len(each) >= 6}


def seen(content: bytes) -> set[str]:
    """Return the marks that stand in bytes, in whatever writing."""
    return {mark for each, mark in EVERY.items() if each in content}


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    """What processes write to their standard error, in the form they write it."""
    said = io.StringIO()
    handler = logging.StreamHandler(said)
    handler.setFormatter(logs.formatter("door", False))
    logging.root.addHandler(handler)
    yield said
    logging.root.removeHandler(handler)


def test_the_net_would_catch_a_mark() -> None:
    row = f"7\t\\\\x{ADDRESS.encode().hex()}\n".encode()
    assert seen(row) == {ADDRESS} and seen(base64.b64encode(b"xx" + ID_NUMBER.encode() + b"yy")) == {ID_NUMBER}
    assert (
        seen(json.dumps({"a": NAME}).encode()) == {NAME}
        and seen(NAME.encode("utf-16")) == {NAME}
        and not seen(b"nothing")
    )


def test_no_mark_is_found_in_database_logs_refusals_and_backups(
    stack: Stack, door: Door, logged: io.StringIO, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wiring = Wiring({"DATABASE_URL": stack.url, "CUNGUAN_HOME": str(stack.home)})
    refusals: list[str] = []

    def types(*argv: str, given: Any = None) -> tuple[int, str]:
        monkeypatch.setattr(
            sys,
            "stdin",
            io.TextIOWrapper(io.BytesIO(given if isinstance(given, bytes) else json.dumps(given).encode())),
        )
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = cli.main(list(argv), wiring)
        refusals.append(err.getvalue())
        return code, out.getvalue()

    def refused(response: Any, *, status: int = 422) -> None:
        assert response.status_code == status, response.text
        refusals.append(response.text)

    # ── a platform, rightly ──────────────────────────────────────────────────
    assert door.put(PATH, WHO).status_code == 200
    assert door.get(f"{PATH}/clear").json()["details"] == WHO
    assert door.post("/v1/persons/search", {"column": "phone", "value": PHONE}).json()["items"] == [{"person": CLIENT}]
    sent = door.request("PUT", f"{PATH}/documents/scan?kind=id_card", DOCUMENT, "doc")
    sent.headers["Content-Type"] = "image/jpeg"
    assert door.sent(sent).status_code == 200 and door.get(f"{PATH}/documents/scan").content == DOCUMENT
    for person in ({"person": CLIENT}, {}):
        payee = {"name": NAME, "account": CARD if person else f"{CARD}9", **person}
        hash = door.post("/v1/payee-details", payee).json()["payee_hash"]
        name = f"bind-{hash[:12]}"
        body = {"holder": LENDERS[0], "card": f"c-{hash[:12]}", "payee_hash": hash}
        asked = door.post("/v1/authorisations", {"id": name, "kind": "card_binding", "body": body})
        assert NAME in json.dumps(asked.json(), ensure_ascii=False), "the client sees who he confirms"
        door.post(f"/v1/sandbox/authorisations/{name}/confirm")
    dialect = Platform(stack)
    user = f"u{uuid.uuid4().hex[:8]}"
    dialect.gateway(
        "PERSONAL_REGISTER_EXPAND", requestNo=f"r{user}", platformUserNo=user, realName=NAME, idCardNo=ID_NUMBER,
        idCardType="PRC_ID", userRole="INVESTOR", mobile=PHONE, bankcardNo=CARD,
    )  # fmt: skip

    # ── wrongly ──────────────────────────────────────────────────────────────
    refused(door.put(PATH, {**WHO, "devices": DEVICE}))
    refused(door.put(PATH, {**WHO, "name": NAME + "\n"}))
    refused(door.put(PATH, {**WHO, "cards": [CARD] * 40}))
    refused(door.send("PUT", PATH, b'{"name": "' + NAME.encode() + b'", "phone": ' + PHONE.encode() + b"x}"))
    refused(door.send("PUT", PATH, json.dumps({"name": ASCII_NAME})[:-1].encode()))
    refused(door.put("/v1/persons/nobody", WHO), status=404)
    refused(door.post("/v1/payee-details", {"name": ASCII_NAME, "account": CARD, "bank": ADDRESS * 9}))
    refused(door.post("/v1/persons/search", {"column": "name", "value": NAME}))
    hold = {"holder": LENDERS[0], "amount_minor": 100, "authority": "P", "until": "2026-03-20"}
    for reason in (f"client {PHONE} asked", f"ID {ID_NUMBER}", f"card {CARD}"):
        refused(
            door.post(
                "/v1/instructions",
                {"id": f"h{uuid.uuid4().hex}", "kind": "general_hold", "body": {**hold, "reason": reason}},
            )
        )
    refused(
        door.post("/v1/openings", {"id": "o-1", "holder": ID_NUMBER, "person": "x", "role": "lender", "pool": "main"})
    )
    with psycopg.connect(stack.url) as owner:  # somebody puts one column's bytes in another's place
        owner.execute("UPDATE person_detail SET (name, address) = (address, name) WHERE person = %s", (CLIENT,))
    refused(door.get(f"{PATH}/clear"), status=503)
    assert types("person", "show", CLIENT, "--platform", "P1")[0] == 1
    with psycopg.connect(stack.url) as owner:
        owner.execute("UPDATE person_detail SET (name, address) = (address, name) WHERE person = %s", (CLIENT,))

    # ── the custodian's people ───────────────────────────────────────────────
    assert types("person", "put", CLIENT, "--platform", "P1", "--jurisdiction", "CN", given=WHO) == (
        0,
        f"{CLIENT}  kept\n",
    )
    code, shown = types("person", "show", CLIENT, "--platform", "P1")
    assert code == 0 and "欧阳**" in shown and not seen(shown.encode())
    code, shown = types("person", "show", CLIENT, "--platform", "P1", "--reveal", "--by", "alice", "--reason", "case 7")
    assert code == 0 and {NAME, PHONE, ID_NUMBER, CARD, ADDRESS, DEVICE} <= seen(shown.encode())
    assert types("person", "show", CLIENT, "--platform", "P1", "--reveal")[0] == 1
    assert types("person", "find", "card_number", "--platform", "P1", given=CARD.encode()) == (0, f"lane 1  {CLIENT}\n")
    assert (
        types("person", "find", "name", "--platform", "P1", given=f" {NAME[:2]} {NAME[2:]}".encode())[1]
        == f"lane 1  {CLIENT}\n"
    )
    with psycopg.connect(stack.url) as owner:  # as it was kept before names were searched
        owner.execute("UPDATE person_detail SET name_index = NULL WHERE person = %s", (CLIENT,))
    assert types("person", "find", "name", "--platform", "P1", given=NAME.encode())[0] == 1
    assert types("person", "index", "--platform", "P1") == (0, "names: 1 done, 0 left\n")
    assert types("person", "index", "--json")[0] == 0
    assert types("person", "find", "name", given=NAME.encode())[0] == 0
    assert types("person", "put", CLIENT, "--platform", "P1", given=[NAME])[0] == 2
    assert types("person", "put", CLIENT, "--platform", "P1", given=NAME.encode())[0] == 2
    assert types("payee", given={"name": ASCII_NAME, "account": CARD})[0] == 0
    assert types("payee", given={"name": ASCII_NAME, "account": CARD, "bank": 7})[0] == 2
    assert types("payee", "--platform", "P1", "--person", CLIENT, given={"name": NAME, "account": f"{CARD}7"})[0] == 0
    assert types("payee", "--platform", "P1", "--person", "nobody", given={"name": NAME, "account": CARD})[0] == 1
    assert types("payee", "--person", CLIENT, given={"name": NAME, "account": CARD})[0] == 2
    scan = tmp_path / "scan"
    scan.write_bytes(DOCUMENT)
    assert types("person", "document", CLIENT, "again", "--platform", "P1", "--from", str(scan))[0] == 0
    looks = types("person", "access", CLIENT, "--platform", "P1")[1]
    assert "alice  details  case 7" in looks and "document scan" in looks

    # ── what a bank sends: one file as it should be, one cut off in the middle ──
    text = f"?32{ASCII_NAME}?31{CARD}?20{ADDRESS}"
    for number, cut in ((91, None), (92, -30)):
        file = tmp_path / f"{number}.sta"
        file.write_text(MT940.format(number=number, amount="5,", reference="I1", text=text)[:cut])
        types("inbox", "import", str(file), "--channel", "demobank")

    # ── keys and their backup ────────────────────────────────────────────────
    assert types("db", "backup-keys", str(tmp_path / "keys"))[0] == 0
    assert types("person", "rotate", "--payees")[0] == 0
    for event in ("restrict", "resume"):
        said = ("--platform", "P1", "--maker", "alice", "--checker", "bob", "--reason", "letter 17")
        assert types("person", event, CLIENT, *said)[0] == 0

    # ── the dump ─────────────────────────────────────────────────────────────
    found = {f"refusal: {text[:200]}" for text in refusals if seen(text.encode())}
    if seen(logged.getvalue().encode()):
        found |= {f"log: {line}" for line in logged.getvalue().splitlines() if seen(line.encode())}
    with psycopg.connect(stack.url) as owner:
        for (table,) in owner.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'm')"
        ):
            copied = sql.SQL("COPY {} TO STDOUT").format(sql.Identifier(table))
            with owner.cursor() as cursor, cursor.copy(copied) as rows:
                found |= {f"{table}: {mark}" for row in rows for mark in seen(bytes(row))}
    for folder in (tmp_path / "keys", stack.home):
        found |= {
            f"{file.name}: {mark}" for file in folder.rglob("*") if file.is_file() for mark in seen(file.read_bytes())
        }
    assert found == set()
    there = {
        "person_detail": "person = %s", "person_document": "person = %s", "person_payee": "person = %s AND length(content) > 0",
        "person_access": "person = %s", "person_move": "person = %s",
    }  # fmt: skip
    for table, where in there.items():
        assert stack.query(f"SELECT count(*) FROM {table} WHERE {where}", CLIENT) > [(0,)], table
    assert stack.query("SELECT count(*) FROM bank_file") >= [(2,)] and stack.query(
        "SELECT count(*) FROM payee_detail"
    ) > [(0,)]
    assert stack.query("SELECT count(*) FROM lanmao_request WHERE request_no = %s", f"r{user}") == [(1,)]
    assert "personal data cannot be read" in logged.getvalue()


def test_no_mark_is_found_in_the_files_of_the_database(stack: Stack) -> None:
    """What lies on the disk is more than what a dump shows: rows that were changed, and the server's own log."""
    with psycopg.connect(stack.url, autocommit=True) as owner:
        owner.execute("CHECKPOINT")
        row = owner.execute(
            "SELECT current_setting('data_directory'), oid FROM pg_database WHERE datname = current_database()"
        ).fetchone()
    assert row is not None
    data = Path(row[0])
    if not os.access(data, os.R_OK | os.X_OK):
        pytest.skip("the server's account keeps its files to itself")
    files = [*(data / "base" / str(row[1])).iterdir(), *data.parent.glob("*.log"), *data.glob("*.log")]
    raw = {each: mark for mark in MARKS for each in (mark.encode(), mark.encode("utf-16-le"))}
    found = {
        (file.name, mark) for file in files if file.is_file() for each, mark in raw.items() if each in file.read_bytes()
    }
    assert len(files) > 100 and found == set()
