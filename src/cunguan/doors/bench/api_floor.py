"""Floor: the platform's door that answers right after the signature check; what the real one is measured against.

When    `cunguan bench api` starts it: python -m cunguan.doors.bench.api_floor URL HOME PORT
Shape   the same server, application and gate, nonces in PostgreSQL and signed answers included; one operation that does nothing
"""

import sys
from functools import partial
from pathlib import Path

from granian.constants import HTTPModes, Interfaces, Loops
from granian.server import Server

from cunguan.doors.api.endpoint import Call, Endpoint
from cunguan.doors.api.opening import Opening, Served
from cunguan.kernel.codes import Code


async def at_once(call: Call) -> dict[str, object]:
    """Answer as if something had been done."""
    return {
        "id": call.body["id"], "kind": call.body["kind"], "status": "done", "code": Code.done.name, "code_number": 0,
        "seq": 1, "why": "", "detail": {}, "retry": False,
    }  # fmt: skip


ENDPOINTS = (Endpoint("POST", "/v1/instructions", "Answer", "instruct", at_once, body=dict[str, object]),)


def main(url: str, home: str, port: str) -> None:
    """Serve until told to stop."""
    address = f"http://127.0.0.1:{port}"
    how = Opening(
        url=url,
        places=(Path(home) / "plane.sock",),
        address=address,
        home=Path(home),
        is_sandbox=True,
    )
    server = Server(
        "cunguan.doors.api", address="127.0.0.1", port=int(port), interface=Interfaces.ASGI, loop=Loops.uvloop,
        workers=1, http=HTTPModes.http1, websockets=False, backpressure=1024,
    )  # fmt: skip
    server.on_startup(partial(print, f"the door listens at {address}", flush=True))
    server.serve(target_loader=partial(Served, how, ENDPOINTS), wrap_loader=False)


if __name__ == "__main__":
    main(*sys.argv[1:])
