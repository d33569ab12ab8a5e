"""Log files (日志文件): the newest checkpoint and the tiles of the log, for everybody, as they lie in its folder.

When    a witness, a mirror, an auditor or a client's verifier reads; nobody signs, and nothing here is anybody's
Returns the bytes; a tile never changes and may be kept for ever, a checkpoint for a second; 404: it is not there (yet), or it
        was not full and is now: the full one is asked for instead
Source  C2SP tlog-tiles
"""

from typing import Final

from starlette.responses import Response

from cunguan.doors.api.endpoint import Call, Endpoint
from cunguan.doors.api.problem import Problem
from cunguan.kernel.codes import Code
from cunguan.store.log.folder import CHECKPOINT
from cunguan.store.sqlfiles import statement

_FOR_EVER: Final = {"Cache-Control": "public, max-age=31536000, immutable"}
_FOR_A_SECOND: Final = {"Cache-Control": "public, max-age=1"}


async def checkpoint(call: Call) -> Response:
    """Return the newest checkpoint, a signed note."""
    return Response(await _file(call, CHECKPOINT), 200, _FOR_A_SECOND, "text/plain; charset=utf-8")


async def tile(call: Call) -> Response:
    """Return a tile or a bundle of entries."""
    return Response(
        await _file(call, "/".join(("tile", *call.path.values()))), 200, _FOR_EVER, "application/octet-stream"
    )


async def _file(call: Call, name: str) -> bytes:
    async with call.context.pool.connection() as connection:
        row: tuple[int, str, int | None] | None = await (
            await connection.execute(statement("log_origin_open"))
        ).fetchone()
    try:
        if row is not None:
            return call.context.log_folder(row[0]).fetch(name)
    except (FileNotFoundError, NotADirectoryError):
        pass
    raise Problem(404, Code.not_found, "the log has no such file: its tiles are named as C2SP tlog-tiles says")


#: an index has a segment for three of its digits, and a tile that is not full has its width behind it
_BELOW: Final = ("{a}", "{a}/{b}", "{a}/{b}/{c}", "{a}/{b}/{c}/{d}")

ENDPOINTS = (
    Endpoint(
        "GET",
        "/log/checkpoint",
        "The newest checkpoint of the log",
        "",
        checkpoint,
        answer=str,
        tag="log",
        may_lack=True,
    ),
    *(
        Endpoint(
            "GET",
            f"/log/tile/{{level}}/{index}",
            "A tile of the log, or a bundle of its entries",
            "",
            tile,
            answer=bytes,
            tag="log",
        )
        for index in _BELOW
    ),
)
