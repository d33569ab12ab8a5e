"""Wire: a request signed and an answer checked; what both clients do with httpx.

Errors  NotGenuine: the answer is not the custodian's, or answers another question
"""

import ssl
import time
from secrets import token_urlsafe
from typing import Any

import httpx

from cunguan import __version__
from cunguan.client.credentials import Credentials
from cunguan.client.errors import NotGenuine
from cunguan.client.flow import Asked, Heard
from cunguan.keys import httpsig
from cunguan.keys.httpsig import SignatureWrong, Target

CONNECT_SECONDS, READ_SECONDS = 5.0, 30.0


class Wire:
    """One platform's way to one door."""

    def __init__(self, credentials: Credentials, read_seconds: float = READ_SECONDS) -> None:
        self.credentials = credentials
        self.options: dict[str, Any] = {
            "base_url": credentials.address,
            "timeout": httpx.Timeout(read_seconds, connect=CONNECT_SECONDS),
            "verify": _context(credentials),
            "headers": {"User-Agent": f"cunguan-client/{__version__}"},
            "trust_env": False,  # a proxy of the surroundings would see what is asked
        }

    def request(self, client: httpx.Client | httpx.AsyncClient, asked: Asked) -> httpx.Request:
        """Return a request, signed anew: each try has its own instant and nonce."""
        body = asked.body or b""
        made = client.build_request(
            asked.method, asked.path, params=asked.query or None, content=asked.body,
            headers={"Content-Type": asked.media_type} if asked.body is not None else None,
        )  # fmt: skip
        made.headers.update(
            httpsig.sign_request(
                self.credentials.signer,
                _target(made),
                body,
                asked.id,
                created=int(time.time()),
                nonce=token_urlsafe(18),
            )
        )
        return made

    def heard(self, request: httpx.Request, response: httpx.Response) -> Heard:
        """Return what was answered, once it is sure by whom."""
        try:
            httpsig.check_answer(
                response.headers, response.status_code, response.content, request.headers["signature"],
                self.credentials.verifier,
            )  # fmt: skip
        except SignatureWrong as wrong:
            if response.status_code < 500:
                raise NotGenuine(f"{request.method} {request.url.path}: {wrong}") from wrong
            # a proxy's own 5xx says nothing of the custodian's, and is treated as no answer
            return Heard(0, b"", {}, time.monotonic(), f"HTTP {response.status_code}, not signed by the custodian")
        return Heard(response.status_code, response.content, response.headers, time.monotonic())


def lost(error: httpx.TransportError | ssl.SSLError) -> Heard:
    """Return what is known when nothing came back."""
    return Heard(0, b"", {}, time.monotonic(), f"{type(error).__name__}: {error}")


def _target(request: httpx.Request) -> Target:
    path, _, query = request.url.raw_path.decode().partition("?")
    return Target(request.method, httpsig.authority_of(str(request.url)), path, query)


def _context(credentials: Credentials) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=credentials.ca or None)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    if credentials.certificate is not None:
        context.load_cert_chain(*credentials.certificate)
    return context
