"""Documentation (接口文档): the door's own description, as a document for programs and as pages for people.

When    anybody asks; nobody signs
Returns /openapi.json; /docs and /docs/codes as pages that load nothing and run nothing
"""

from functools import cache
from typing import Literal

import msgspec
from starlette.responses import Response

from cunguan.doors.api.endpoint import Call, Endpoint
from cunguan.doors.api.openapi import published
from cunguan.doors.api.reference.html import HEADERS
from cunguan.doors.api.reference.pages import codes, reference


class LanguageQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """In which language a page speaks of itself."""

    lang: Literal["en", "zh"] = "en"


async def document(call: Call) -> Response:
    """Return the OpenAPI document."""
    return Response(
        _document(call.context.is_sandbox), 200, {"Cache-Control": "public, max-age=300"}, "application/json"
    )


async def reference_page(call: Call) -> Response:
    """Return the reference page."""
    return Response(_reference(call.context.is_sandbox, call.query.lang), 200, HEADERS, "text/html")


async def codes_page(call: Call) -> Response:
    """Return the page of codes."""
    return Response(_codes(call.query.lang), 200, HEADERS, "text/html")


@cache
def _document(is_sandbox: bool) -> bytes:
    return msgspec.json.encode(published(is_sandbox))


@cache
def _reference(is_sandbox: bool, language: str) -> str:
    return reference(published(is_sandbox), language)


@cache
def _codes(language: str) -> str:
    return codes(language)


ENDPOINTS = (
    Endpoint("GET", "/openapi.json", "This door as an OpenAPI 3.1 document", "", document, answer=dict[str, object],
             tag="documentation"),
    Endpoint("GET", "/docs", "The reference as a page", "", reference_page, answer=str, query=LanguageQuery,
             tag="documentation"),
    Endpoint("GET", "/docs/codes", "All codes as a page (返回码)", "", codes_page, answer=str, query=LanguageQuery,
             tag="documentation"),
)  # fmt: skip
