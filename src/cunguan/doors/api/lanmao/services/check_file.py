"""Check files (对账文件): DOWNLOAD_CHECKFILE, CONFIRM_CHECKFILE.

Shape   the zip of the day as it was issued; a confirm names all five types. Where a type carries `fileSign`, the platform's own
        signature of the file, it must hold for the file as issued. What the platform uploaded at /v1/check-files is compared as
        for everybody; for the rest the confirm is the platform's word for the figures as issued
Errors  100007 no such day · 100008 confirmed already, or something differs
Source  domain.md (e.2)
"""

import base64
import binascii
import io
import zipfile
from datetime import date
from typing import Any, TypeVar

import msgspec

from cunguan.doors.api.in_thread import in_thread
from cunguan.doors.api.lanmao import words
from cunguan.doors.api.lanmao.problem import Fault, Refused
from cunguan.doors.api.lanmao.service import Ask, Done, File, Service
from cunguan.doors.checking import agreeing
from cunguan.doors.checking.agreeing import ALL, FIGURES, Sent
from cunguan.doors.checking.making import LANMAO, ZIP
from cunguan.formats.lanmao import TYPES
from cunguan.kernel.codes import Code
from cunguan.keys import pkcs1
from cunguan.reconciliation.compare import Figures
from cunguan.store.sqlfiles import statement

T = TypeVar("T")


class Download(msgspec.Struct, frozen=True, rename="camel"):
    """Of DOWNLOAD_CHECKFILE."""

    file_date: Any


class Part(msgspec.Struct, frozen=True, rename="camel"):
    """One type the platform has matched."""

    file_type: str
    file_sign: str = ""


class Agree(msgspec.Struct, frozen=True, rename="camel"):
    """Of CONFIRM_CHECKFILE."""

    file_date: Any
    detail: list[Part]


async def download(ask: Ask) -> File:
    """Return the day's zip."""
    day = words.day(ask.data.file_date, "fileDate")
    return File(f"{day:%Y%m%d}_{ask.message.platform}.zip", await _zip(ask, day))


async def agree(ask: Ask) -> Done:
    """Confirm a day."""
    data: Agree = ask.data
    day = words.day(data.file_date, "fileDate")
    named = [part.file_type for part in data.detail]
    if sorted(named) != sorted(TYPES):
        raise Refused(Fault.refused, f"detail names each of {', '.join(TYPES)} once: only what matches is confirmed")
    await _check_signatures(ask, day, data.detail, await _zip(ask, day))
    said = await in_thread(ask.context, lambda connection: _confirm(connection, ask, day))
    if said.code is Code.check_file_not_made:
        raise Refused(Fault.not_found, said.why)
    if said.code is not Code.done:
        raise Refused(Fault.refused, said.why)
    return Done({"fileDate": f"{day:%Y%m%d}"})


def _confirm(connection: Any, ask: Ask, day: date) -> Any:
    """Keep the platform's word for the figures, then compare and confirm as for everybody."""
    lane, now, url = ask.lane, ask.context.clock.now(), str(ask.context.pool.conninfo)
    found = agreeing.the_date(connection, lane, day)
    if found is not None and found.confirmed_at is None:
        heads = {one.kind: one for one in agreeing.headers(connection, lane, day) if one.kind != LANMAO}
        figures = [Figures(one.kind, one.count, one.debit_minor, one.credit_minor) for one in heads.values()]
        sent = Sent(f"{ask.request_no}:figures", ask.message.key_id, ALL, FIGURES, msgspec.json.encode(figures))
        agreeing.receive(connection, lane, day, sent, now)
    return agreeing.confirm(connection, url, lane, day, (ask.request_no, ask.message.key_id), now)


async def _check_signatures(ask: Ask, day: date, parts: list[Part], content: bytes) -> None:
    signed = [part for part in parts if part.file_sign]
    if not signed:
        return
    key = await ask.row("lanmao_key", platform=ask.message.platform, serial=ask.message.key_id)
    assert key is not None, "it has signed the message"
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        texts = {name: archive.read(f"{day:%Y%m%d}_{ask.message.platform}_{name}.txt") for name in TYPES}
    for part in signed:
        try:
            signature = base64.b64decode(part.file_sign, validate=True)
        except (binascii.Error, ValueError) as error:
            raise Refused(Fault.malformed, "fileSign is base64") from error
        if not pkcs1.verify(bytes(key["public_key"]), texts[part.file_type], signature, sha1=ask.message.legacy):
            raise Refused(
                Fault.refused, f"fileSign of {part.file_type} is of another file than the one that was issued"
            )


async def _zip(ask: Ask, day: date) -> bytes:
    of = {"lane": ask.lane, "business_date": day, "kind": LANMAO, "form": ZIP}
    row = await in_thread(ask.context, lambda connection: connection.execute(statement("check_content"), of).fetchone())
    if row is None:
        raise Refused(Fault.not_found, f"there is no check file of {day}: the day is not over, or had no business")
    return bytes(row[0])


SERVICES = (
    Service("DOWNLOAD_CHECKFILE", "download", Download, download, "files", ""),
    Service("CONFIRM_CHECKFILE", "service", Agree, agree, "files"),
)
