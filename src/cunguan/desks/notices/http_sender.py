"""The message gateway (短信与邮件网关): a notice goes out by the custodian's own gateway, which delivers it by text message or mail.

When    settings name its address: CUNGUAN_NOTICE_URL; its CA and our certificate: CUNGUAN_NOTICE_CA, _CERT, _KEY
Shape   POST <address>/notices {"request", "key", "number", "at", "reader_kind", "reader", "lane", "phone", "kind", "language", "title",
        "text"}, the key also as Idempotency-Key; answer {"request", "outcome": "accepted" | "refused"}
        TLS 1.2 or later, the gateway's certificate held against the CA that is named, our own shown where there is one. No redirect
        is followed, no proxy is asked; an answer of another form, size or request is none. A try ends after SECONDS, whatever comes
        the words are ready: title and text in the reader's language; a number as long as an account's or a card's is covered
Errors  SendFailed: not accepted. GatewayWrong at the start: an address that is not https, a file that cannot be read
Source  desks/parties/ports/calling.py; draft-ietf-httpapi-idempotency-key-header
"""

import asyncio
import re
import ssl
import uuid
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, Literal
from zoneinfo import ZoneInfo

import httpx
import msgspec
from django.conf import settings
from django.utils import timezone, translation

from cunguan.desks.notices.sending import SendFailed, Sending
from cunguan.keys.tls import calling, is_https, is_of_tls

if TYPE_CHECKING:
    from cunguan.desks.notices.wording import Said

SECONDS: Final = 10.0
ANSWER_BYTES_MAX: Final = 64 * 2**10
#: as long as an account's number or a card's, also in groups
_NUMBER: Final = re.compile(r"(?<!\d)(?:\d[ -]?){12,18}(?=\d(?!\d))\d")


class GatewayWrong(ValueError):
    """The gateway cannot be used; the message says what to set."""


class Told(msgspec.Struct, frozen=True):
    """What the environment says of the gateway."""

    url: str = ""
    ca: str = ""
    cert: str = ""
    key: str = ""


class Answer(msgspec.Struct, frozen=True):
    """What the gateway says."""

    request: str
    outcome: Literal["accepted", "refused"]


class HttpSender:
    """A message gateway behind HTTPS; used on one loop."""

    carries_phone = True

    def __init__(self, told: Told, seconds: float = SECONDS) -> None:
        if not is_https(told.url):
            raise GatewayWrong(f"CUNGUAN_NOTICE_URL: {told.url} is no https address: notices leave by TLS alone")
        self._url, self._seconds = f"{told.url.rstrip('/')}/notices", seconds
        self._client = httpx.AsyncClient(
            verify=_tls(told), timeout=seconds, follow_redirects=False, trust_env=False,
            headers={"Accept": "application/json", "Accept-Encoding": "identity", "Content-Type": "application/json"},
        )  # fmt: skip

    async def send(self, sending: Sending) -> None:
        """Hand a notice over; it is taken when the gateway says so of this very request."""
        request = str(uuid.uuid4())
        content = await self._asked(msgspec.json.encode({"request": request, **carried(sending)}), sending.key)
        try:
            found = msgspec.json.decode(content, type=Answer)
        except msgspec.MsgspecError:
            raise SendFailed("wrong_answer") from None
        if found.request != request:
            raise SendFailed("wrong_answer")
        if found.outcome != "accepted":
            raise SendFailed("not_accepted")

    async def close(self) -> None:
        """Hang up."""
        await self._client.aclose()

    async def _asked(self, body: bytes, key: str) -> bytes:
        """Return the answer's content; every wrong way is a SendFailed that says nothing of what was sent."""
        try:
            async with asyncio.timeout(self._seconds):
                return await self._streamed(body, key)
        except (TimeoutError, httpx.TimeoutException):
            raise SendFailed("timed_out") from None
        except httpx.ConnectError as wrong:
            raise SendFailed("tls_failed" if is_of_tls(wrong) else "not_connected") from None
        except httpx.HTTPError:
            raise SendFailed("broken_off") from None

    async def _streamed(self, body: bytes, key: str) -> bytes:
        content = b""
        async with self._client.stream("POST", self._url, content=body, headers={"Idempotency-Key": key}) as response:
            if response.status_code != 200:
                raise SendFailed("status")
            async for part in response.aiter_raw():
                content += part
                if len(content) > ANSWER_BYTES_MAX:
                    raise SendFailed("wrong_answer")
        return content


def carried(sending: Sending) -> Mapping[str, Any]:
    """Return what a gateway is told: words that are ready, and none of the values they were made of."""
    language = sending.language if sending.language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
    words = _words(sending, language)
    return {
        "key": sending.key, "number": sending.number, "at": sending.at.isoformat(), "reader_kind": sending.reader_kind,
        "reader": sending.reader, "lane": sending.lane, "phone": sending.phone, "kind": sending.kind, "language": language,
        "title": covered(words.title), "text": covered(words.text),
    }  # fmt: skip


def _words(sending: Sending, language: str) -> "Said":
    from cunguan.desks.notices.wording import (
        said_of,  # it wants Django's settings, which a start that only looks has not
    )

    try:
        zone = ZoneInfo(sending.zone or settings.TIME_ZONE)
        with translation.override(language), timezone.override(zone):
            return said_of(sending.kind, sending.values)
    except (LookupError, TypeError, ValueError) as wrong:  # an older or newer code's kind, a zone nobody knows here
        raise SendFailed("no_words") from wrong


def covered(text: str) -> str:
    """Return a text in which of a number as long as an account's or a card's the end alone is seen.

    >>> covered("card 6222 0210 0777 5559: 1,234.00 CNY"), covered("6222021007775559, 13800001234")
    ('card **** 5559: 1,234.00 CNY', '**** 5559, 13800001234')
    """
    return _NUMBER.sub(lambda found: f"**** {re.sub('[^0-9]', '', found.group())[-4:]}", text)


def complaint(told: Told) -> str:
    """Return why a production may not start with this gateway; "" when it may, also where none is named."""
    try:
        if told.url or told.ca or told.cert or told.key:
            HttpSender(told)
    except GatewayWrong as wrong:
        return str(wrong)
    return ""


def _tls(told: Told) -> ssl.SSLContext:
    try:
        return calling(told.ca, told.cert, told.key)
    except OSError as wrong:
        raise GatewayWrong(f"the certificates of the message gateway cannot be read: {wrong}") from wrong
