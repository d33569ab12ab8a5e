"""A server of ours that speaks the API of Vault's transit engine, over a real socket; it really encrypts and signs.

Written after Vault's documentation of the API, not recorded from Vault: what Vault does beyond it, no test here shows.
"""

import base64
import json
import os
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

TOKEN = "hvs.test-token"


class Refused(Exception):
    """An answer of Vault's that is no 200."""

    def __init__(self, status: int, *errors: str) -> None:
        super().__init__(status)
        self.status, self.errors = status, errors


class Transit:
    """The engine: keys by name, each with its versions."""

    def __init__(self) -> None:
        self.keys: dict[str, dict[str, Any]] = {}
        self.asked: list[str] = []

    def answer(self, method: str, path: str, given: dict[str, Any]) -> Any:
        act = re.fullmatch(
            r"/v1/transit/(?:(keys)/([\w-]+)(?:/(rotate|config|trim))?|(encrypt|decrypt|rewrap|sign)/([\w-]+))", path
        )
        if act is None:
            raise Refused(404)
        keys, name, more, what, of = act.groups()
        self.asked.append(f"{method} {more or what or keys}")
        if keys and not more:
            return self._create(name, given) if method == "POST" else self._shown(self._key(name))
        return getattr(self, f"_{more or what}")(self._key(name or of), given)

    # ── keys ─────────────────────────────────────────────────────────────────
    def _create(self, name: str, given: dict[str, Any]) -> None:
        kind = given.get("type") or "aes256-gcm96"
        self.keys.setdefault(
            name,
            {
                "type": kind,
                "derived": bool(given.get("derived")),
                "versions": {1: _new(kind)},
                "least": 1,
                "encrypts": 0,
            },
        )

    def _key(self, name: str) -> dict[str, Any]:
        if name not in self.keys:
            raise Refused(404)
        return self.keys[name]

    def _shown(self, key: dict[str, Any]) -> dict[str, Any]:
        keys = {str(number): _told(key["type"], one) for number, one in key["versions"].items()}
        return {"type": key["type"], "derived": key["derived"], "keys": keys, "latest_version": max(key["versions"])}

    def _rotate(self, key: dict[str, Any], given: dict[str, Any]) -> None:
        key["versions"][max(key["versions"]) + 1] = _new(key["type"])

    def _config(self, key: dict[str, Any], given: dict[str, Any]) -> None:
        key["least"] = given.get("min_decryption_version", key["least"])
        key["encrypts"] = given.get("min_encryption_version", key["encrypts"])

    def _trim(self, key: dict[str, Any], given: dict[str, Any]) -> None:
        if given["min_available_version"] > min(key["least"], key["encrypts"]):
            raise Refused(400, "minimum available version cannot be higher than the versions in use")
        key["versions"] = {n: one for n, one in key["versions"].items() if n >= given["min_available_version"]}

    # ── acts ─────────────────────────────────────────────────────────────────
    def _encrypt(self, key: dict[str, Any], given: dict[str, Any]) -> dict[str, str]:
        version, nonce = max(key["versions"]), os.urandom(12)
        sealed = self._cipher(key, version, given).encrypt(nonce, base64.b64decode(given["plaintext"]), None)
        return {"ciphertext": f"vault:v{version}:{base64.b64encode(nonce + sealed).decode()}"}

    def _decrypt(self, key: dict[str, Any], given: dict[str, Any]) -> dict[str, str]:
        _, version, coded = given["ciphertext"].split(":")
        sealed = base64.b64decode(coded)
        try:
            clear = self._cipher(key, int(version[1:]), given).decrypt(sealed[:12], sealed[12:], None)
        except InvalidTag:
            raise Refused(400, "cipher: message authentication failed") from None
        return {"plaintext": base64.b64encode(clear).decode()}

    def _rewrap(self, key: dict[str, Any], given: dict[str, Any]) -> dict[str, str]:
        return self._encrypt(key, {**given, **self._decrypt(key, given)})

    def _sign(self, key: dict[str, Any], given: dict[str, Any]) -> dict[str, str]:
        version, message = given.get("key_version") or max(key["versions"]), base64.b64decode(given["input"])
        private = key["versions"][version]
        if key["type"] == "ecdsa-p256":
            assert (given["hash_algorithm"], given["marshaling_algorithm"]) == ("sha2-256", "asn1")
            made = private.sign(message, ec.ECDSA(hashes.SHA256()))
        else:
            made = private.sign(message)
        return {"signature": f"vault:v{version}:{base64.b64encode(made).decode()}"}

    def _cipher(self, key: dict[str, Any], version: int, given: dict[str, Any]) -> AESGCM:
        if version < key["least"] or version not in key["versions"]:
            raise Refused(400, "ciphertext or signature version is disallowed by policy (too old)")
        if not key["derived"]:
            return AESGCM(key["versions"][version])
        if not given.get("context"):
            raise Refused(400, "missing 'context' for key derivation; the key was created using a derived key")
        context = base64.b64decode(given["context"])
        return AESGCM(HKDF(hashes.SHA256(), 32, None, context).derive(key["versions"][version]))


@contextmanager
def serving(engine: Transit) -> Iterator[str]:
    """Serve the engine on a socket of this machine; yield its URL."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _do(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            try:
                if self.headers.get("X-Vault-Token") != TOKEN:
                    raise Refused(403, "permission denied")
                said = engine.answer(self.command, self.path, json.loads(body or b"{}"))
                self._say(200, {"data": said}) if said is not None else self._say(204, None)
            except Refused as refused:
                self._say(refused.status, {"errors": list(refused.errors)})

        def _say(self, status: int, told: Any) -> None:
            content = b"" if told is None else json.dumps(told).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PUT = _do

        def log_message(self, format: str, *arguments: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _new(kind: str) -> Any:
    if kind == "ed25519":
        return ed25519.Ed25519PrivateKey.generate()
    return ec.generate_private_key(ec.SECP256R1()) if kind == "ecdsa-p256" else os.urandom(32)


def _told(kind: str, key: Any) -> Any:
    if kind == "aes256-gcm96":
        return 1_700_000_000
    public = key.public_key()
    if kind == "ed25519":
        return {"public_key": base64.b64encode(public.public_bytes_raw()).decode(), "name": kind}
    return {
        "public_key": public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode(),
        "name": "P-256",
    }
