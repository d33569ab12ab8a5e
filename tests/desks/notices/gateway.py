"""Gateway: a message gateway of somebody else's, over TLS on a socket of this host.

Shape   `asked` holds what it was told: path, headers, body; `answers` says what it answers; `accepts()` and `tells(…)` set that
"""

import json
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from cunguan.desks.notices.http_sender import Told
from cunguan.keys.certificates import authority, issue

Asked = tuple[str, dict[str, str], dict[str, Any]]


class Gateway:
    """The gateway, its own authority, and a certificate for who may call it."""

    def __init__(self, folder: Path) -> None:
        self.asked: list[Asked] = []
        self.answers: Callable[[dict[str, Any]], tuple[int, bytes]] = lambda asked: (500, b"")
        ours, now = authority("gateway", datetime.now(UTC)), datetime.now(UTC)
        served, called = (issue(ours, "gateway", name, ["127.0.0.1"], now) for name in ("127.0.0.1", "custodian"))
        for name, content in (
            ("ca.pem", ours.cert), ("leaf.pem", served.cert), ("leaf.key", served.key), ("our.pem", called.cert), ("our.key", called.key),
        ):  # fmt: skip
            (folder / name).write_bytes(content)
        gateway = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
                gateway.asked.append((self.path, {key.lower(): value for key, value in self.headers.items()}, asked))
                status, content = gateway.answers(asked)
                self.send_response(status)
                self.send_header("Content-Length", str(len(content)))
                if status == 302:
                    self.send_header("Location", f"{gateway.told.url}/elsewhere")
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, format: str, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(folder / "leaf.pem", folder / "leaf.key")
        context.load_verify_locations(folder / "ca.pem")
        context.verify_mode = ssl.CERT_REQUIRED  # who shows no certificate of ours is no custodian
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True, do_handshake_on_connect=False)
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()
        self.told = Told(
            f"https://127.0.0.1:{self.server.server_port}", *(str(folder / name) for name in ("ca.pem", "our.pem", "our.key"))
        )  # fmt: skip

    def tells(self, **said: Any) -> None:
        """Answer each request so, under its own id unless another is told."""
        self.answers = lambda asked: (200, json.dumps({"request": asked["request"], **said}).encode())

    def accepts(self) -> None:
        """Take everything from now on."""
        self.tells(outcome="accepted")


@contextmanager
def serving(folder: Path) -> Iterator[Gateway]:
    """Run a gateway whose files lie in a folder."""
    made = Gateway(folder)
    try:
        yield made
    finally:
        made.server.shutdown()
        made.server.server_close()
        made.thread.join()
