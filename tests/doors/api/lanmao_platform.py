"""A platform that speaks the dialect, its clients' browser, and its server that hears NOTIFY."""

import base64
import copy
import html
import http.server
import json
import re
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, NamedTuple
from urllib.parse import parse_qs

import httpx
from cryptography.hazmat.primitives import serialization

from cunguan.keys import pkcs1
from tests.doors.api.harness import Stack, add_key

PATIENCE_SECONDS = 60
ZONE = timezone(timedelta(hours=8))


def number(what: str) -> str:
    """Return a new requestNo."""
    return f"{what}-{uuid.uuid4().hex[:10]}"


class House(NamedTuple):
    """Where a custodian is: its database, as the owner, and its door."""

    url: str
    address: str


class Platform:
    """P2, by its server and its clients' browsers."""

    def __init__(self, stack: Stack | House, name: str = "P2") -> None:
        self.stack, self.name, self.sha1 = stack, name, False
        self.signer = add_key(stack.url, name, "rsa-v1_5-sha256")
        self.http = httpx.Client(base_url=stack.address, timeout=30.0, headers={"Accept-Language": "en"})
        self.custodian = serialization.load_pem_public_key(self.http.get("/lanmao/public-key").content).public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )

    def at(self, address: str) -> "Platform":
        """Return the same platform at another door."""
        other = copy.copy(self)
        other.http = httpx.Client(base_url=address, timeout=30.0, headers={"Accept-Language": "en"})
        return other

    def form(self, service: str, data: dict[str, Any], **changed: str) -> dict[str, str]:
        """Return a signed form; `changed` fields are put in afterwards."""
        filled = {"timestamp": datetime.now(ZONE).strftime("%Y%m%d%H%M%S"), **data}
        text = json.dumps(filled, ensure_ascii=False)
        signed = base64.b64encode(self.signer.sign(text.encode())).decode()
        return {
            "serviceName": service, "platformNo": self.name, "reqData": text, "keySerial": self.signer.key_id, "sign": signed,
            "userDevice": "PC", **changed,
        }  # fmt: skip

    def post(self, path: str, form: dict[str, str]) -> httpx.Response:
        """Send a form."""
        return self.http.post(path, data=form)

    def service(self, name: str, **data: Any) -> dict[str, Any]:
        """Ask directly, and check the answer's signature."""
        response = self.post("/service", self.form(name, data))
        assert response.status_code == 200, response.text
        self.check(response.content, response.headers["sign"])
        return dict(response.json())

    def check(self, told: bytes, signature: str, *, sha1: bool = False) -> None:
        """Assert that the custodian has signed."""
        assert pkcs1.verify(self.custodian, told, base64.b64decode(signature), sha1=sha1)

    # ── a client's browser ───────────────────────────────────────────────────
    def gateway(self, name: str, button: str = "confirm", **data: Any) -> dict[str, Any]:
        """Send a client to his page; he presses the button on every page until he is led back; return what CALLBACK says."""
        filled = {"redirectUrl": "https://platform.example/back", **data}
        first = self.post("/gateway", self.form(name, filled))
        assert first.status_code == 303, first.text
        return self.walk(first.headers["location"], button)

    def walk(self, page: str, button: str = "confirm") -> dict[str, Any]:
        """Go from page to page."""
        until = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < until:
            shown = self.http.get(page, follow_redirects=True)
            assert shown.status_code == 200, shown.text
            forms = re.findall(r'<form method="post" action="([^"]+)">(.*?)</form>', shown.text, re.DOTALL)
            back = [fields for action, fields in forms if action == "https://platform.example/back"]
            if back:
                return self._heard(dict(re.findall(r'name="([^"]+)" value="([^"]*)"', back[0])))
            if "It could not be done" in shown.text or "It is done" in shown.text:
                return {"page": shown.text}
            pressed = next((one for one in forms if f"/{button}" in one[0] or "/pay" in one[0]), None)
            if pressed is None:
                time.sleep(0.05)  # the page says that the custodian is at work
                continue
            sent = dict(re.findall(r'name="([^"]+)" value="([^"]*)"', pressed[1]))
            page = self.http.post(html.unescape(pressed[0]), data=sent).headers["location"]
        raise AssertionError("the way does not end")

    def _heard(self, fields: dict[str, str]) -> dict[str, Any]:
        told = html.unescape(fields["respData"]).encode()
        self.check(told, html.unescape(fields["sign"]))
        assert fields["responseType"] == "CALLBACK"
        return dict(json.loads(told))


# ── its server ───────────────────────────────────────────────────────────────
class Hearing:
    """What NOTIFY has told, and what the server answers: the next word, the last one again and again."""

    def __init__(self) -> None:
        self.heard: list[dict[str, str]] = []
        self.words = ["SUCCESS"]


@contextmanager
def hearing() -> Iterator[tuple[str, Hearing]]:
    """Run a server that hears NOTIFY; its address and what it has heard."""
    told = Hearing()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers["Content-Length"])).decode()
            told.heard.append({name: values[0] for name, values in parse_qs(raw).items()})
            word = told.words.pop(0) if len(told.words) > 1 else told.words[0]
            self.send_response(200)
            self.send_header("Content-Length", str(len(word)))
            self.end_headers()
            self.wfile.write(word.encode())

        def log_message(self, *args: Any) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/notify", told
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def today() -> str:
    """Return today as the dialect writes it."""
    return datetime.now(UTC).astimezone(ZONE).strftime("%Y%m%d")
