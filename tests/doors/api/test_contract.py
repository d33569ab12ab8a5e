"""The published contract: the door keeps what it promised; a broken promise is named, an addition is none.

The published document is tests/golden/openapi.json; `cunguan openapi --write` publishes additions.
"""

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from cunguan.doors.api.contract import breaks
from cunguan.doors.api.openapi import published
from cunguan.doors.cli import openapi as verb

ROOT = Path(__file__).parents[3]
Document = dict[str, Any]
Change = Callable[[Document], object]


def golden() -> Document:
    """Return the document as it was published."""
    found: Document = msgspec.json.decode((ROOT / verb.PUBLISHED).read_bytes())
    return found


def test_the_door_keeps_what_it_has_published() -> None:
    assert breaks(golden(), msgspec.to_builtins(published(True))) == []


def test_the_published_document_is_the_present_one() -> None:
    assert (ROOT / verb.PUBLISHED).read_bytes() == verb.text(), "there are additions: run `cunguan openapi --write`"


# ── the checker, on a small document ─────────────────────────────────────────
def small() -> Document:
    """Return a document with one of everything that can be promised."""
    body = {
        "type": "object", "required": ["id"], "additionalProperties": False,
        "properties": {"id": {"type": "string", "maxLength": 20}, "amount_minor": {"type": "integer", "minimum": 1},
                       "rule": {"enum": ["bullet", "annuity"]}, "parts": {"type": "array", "items": {"$ref": "#/components/schemas/Part"}}},
    }  # fmt: skip
    answer = {
        "type": "object", "required": ["id", "state"],
        "properties": {"id": {"type": "string"}, "state": {"enum": ["open", "shut"]},
                       "until": {"anyOf": [{"type": "string", "format": "date"}, {"type": "null"}]},
                       "parts": {"type": "array", "items": {"$ref": "#/components/schemas/Part"}}},
    }  # fmt: skip
    part = {"type": "object", "required": ["n"], "properties": {"n": {"type": "integer"}}}
    asked = {
        "oneOf": [
            {"type": "object", "properties": {"kind": {"const": kind}, "n": {"type": "integer"}}} for kind in "ab"
        ]
    }
    parameters = [{"name": "id", "in": "path", "required": True, "schema": {"type": "string"}},
                  {"name": "state", "in": "query", "required": False, "schema": {"enum": ["open", "shut"]}}]  # fmt: skip
    return {
        "paths": {
            "/things/{id}": {
                "get": {"x-scope": "read", "parameters": parameters, "responses": {"200": content("Answer"), "404": content("Answer")}},
                "post": {"parameters": parameters[:1], "requestBody": content("Body"), "responses": {"200": content("Answer")}},
            },
            "/asked": {"post": {"requestBody": content("Asked"), "responses": {"200": {"description": "done"}}}},
        },
        "components": {"schemas": {"Body": body, "Answer": answer, "Part": part, "Asked": asked}},
    }  # fmt: skip


def content(name: str) -> Document:
    return {"content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{name}"}}}}


def schema(document: Document, name: str) -> Document:
    found: Document = document["components"]["schemas"][name]
    return found


def operation(document: Document, method: str = "get", path: str = "/things/{id}") -> Document:
    found: Document = document["paths"][path][method]
    return found


GET, POST = "GET /things/{id}", "POST /things/{id}"

BROKEN: dict[str, tuple[Change, str]] = {
    "a path": (lambda d: d["paths"].pop("/asked"), "POST /asked: the operation is gone"),
    "a method": (lambda d: d["paths"]["/things/{id}"].pop("post"), f"{POST}: the operation is gone"),
    "a scope": (lambda d: operation(d).update({"x-scope": "keys"}), f"{GET}: asks for the scope 'keys', not 'read'"),
    "a status": (lambda d: operation(d)["responses"].pop("404"), f"{GET}: the answer 404 is gone"),
    "a media type": (
        lambda d: operation(d)["responses"].update({"200": {"content": {"text/csv": {}}}}),
        f"{GET}: answer 200: application/json is gone",
    ),
    "a parameter": (lambda d: operation(d)["parameters"].pop(), f"{GET}: query parameter `state` is gone"),
    "a parameter that must be there now": (
        lambda d: operation(d)["parameters"][1].update(required=True), f"{GET}: query parameter `state` is required now",
    ),
    "a new parameter that must be there": (
        lambda d: operation(d)["parameters"].append({"name": "x", "in": "query", "required": True, "schema": {}}),
        f"{GET}: query parameter `x` is new and required",
    ),
    "a value of a filter": (
        lambda d: operation(d)["parameters"][1]["schema"].update(enum=["open"]),
        f"{GET}: query parameter `state`: the value `shut` is gone",
    ),
    "a body": (lambda d: operation(d, "post").pop("requestBody"), f"{POST}: takes no body any more"),
    "a body that must be there now": (
        lambda d: operation(d).update(requestBody={"required": True}), f"{GET}: needs a body now",
    ),
    "a field of a body": (
        lambda d: schema(d, "Body")["properties"].pop("rule"), f"{POST}: body: the field `rule` is gone",
    ),
    "a field that must be there now": (
        lambda d: schema(d, "Body").update(required=["id", "rule"]), f"{POST}: body: the field `rule` is required now",
    ),
    "the type of a field": (
        lambda d: schema(d, "Body")["properties"].update(amount_minor={"type": "string"}),
        f"{POST}: body.amount_minor: is string now, not integer",
    ),
    "the format of a field": (
        lambda d: schema(d, "Answer")["properties"].update(id={"type": "string", "format": "date"}),
        f"{GET}: answer 200.id: is string date now, not string",
    ),
    "a value that may be sent": (
        lambda d: schema(d, "Body")["properties"].update(rule={"enum": ["bullet"]}),
        f"{POST}: body.rule: the value `annuity` is gone",
    ),
    "only some values may be sent": (
        lambda d: schema(d, "Body")["properties"]["id"].update(enum=["x"]), f"{POST}: body.id: takes only some values now",
    ),
    "less may be sent": (
        lambda d: schema(d, "Body")["properties"]["id"].update(maxLength=19), f"{POST}: body.id: maxLength is 19 now, not 20",
    ),
    "more must be sent": (
        lambda d: schema(d, "Body")["properties"]["amount_minor"].update(minimum=2),
        f"{POST}: body.amount_minor: minimum is 2 now, not 1",
    ),
    "a pattern": (
        lambda d: schema(d, "Body")["properties"]["id"].update(pattern="x"), f"{POST}: body.id: must match another pattern now",
    ),
    "a field of an answer": (
        lambda d: (schema(d, "Answer")["properties"].pop("state"), schema(d, "Answer").update(required=["id"])),
        f"{GET}: answer 200: the field `state` is gone",
    ),
    "a field that may be missing": (
        lambda d: schema(d, "Answer").update(required=["id"]), f"{GET}: answer 200: the field `state` may be missing now",
    ),
    "a field that may be null": (
        lambda d: schema(d, "Answer")["properties"].update(id={"anyOf": [{"type": "string"}, {"type": "null"}]}),
        f"{GET}: answer 200.id: may be null now",
    ),
    "what it may be": (
        lambda d: schema(d, "Answer")["properties"]["until"]["anyOf"].pop(0),
        f"{GET}: answer 200.until: `string` is none of what it may be any more",
    ),
    "an enumeration of an answer": (
        lambda d: schema(d, "Answer")["properties"].update(state={"type": "string"}),
        f"{GET}: answer 200.state: is no enumeration any more",
    ),
    "a kind": (
        lambda d: schema(d, "Asked")["oneOf"].pop(), "POST /asked: body: `b` is none of what it may be any more",
    ),
    "a field of a kind": (
        lambda d: schema(d, "Asked")["oneOf"][1]["properties"].pop("n"), "POST /asked: body(b): the field `n` is gone",
    ),
    "a field of an item": (
        lambda d: schema(d, "Part").update(required=[], properties={"m": {"type": "integer"}}),
        f"{POST}: body.parts[]: the field `n` is gone",
    ),
}  # fmt: skip

KEPT: dict[str, Change] = {
    "nothing": lambda d: None,
    "a path more": lambda d: d["paths"].update({"/more": {"get": {"responses": {}}}}),
    "a method more": lambda d: d["paths"]["/asked"].update(get={"responses": {}}),
    "a parameter that may be there": lambda d: operation(d)["parameters"].append(
        {"name": "x", "in": "query", "required": False, "schema": {}}
    ),
    "a field of a body that may be there": lambda d: schema(d, "Body")["properties"].update(more={"type": "string"}),
    "a field of a body that need not be there any more": lambda d: schema(d, "Body").update(required=[]),
    "a field of an answer more": lambda d: schema(d, "Answer")["properties"].update(more={"type": "string"}),
    "a value more": lambda d: schema(d, "Answer")["properties"]["state"]["enum"].append("ajar"),
    "a kind more": lambda d: schema(d, "Asked")["oneOf"].append({"type": "object", "properties": {"kind": {"const": "c"}}}),
    "a status more": lambda d: operation(d)["responses"].update({"429": {}}),
    "more may be sent": lambda d: schema(d, "Body")["properties"]["id"].update(maxLength=21),
    "another word": lambda d: operation(d).update(summary="other"),
    "another name of a type": lambda d: (
        d["components"]["schemas"].update(Piece=d["components"]["schemas"].pop("Part")),
        [schema(d, name)["properties"]["parts"].update(items={"$ref": "#/components/schemas/Piece"}) for name in ("Body", "Answer")],
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", BROKEN)
def test_a_broken_promise_is_named(what: str) -> None:
    change, line = BROKEN[what]
    now = small()
    change(now)
    assert line in breaks(small(), now)


@pytest.mark.parametrize("what", KEPT)
def test_what_is_added_breaks_nothing(what: str) -> None:
    now = small()
    KEPT[what](now)
    assert breaks(small(), now) == []


def test_a_field_taken_from_the_real_document_is_named() -> None:
    now = golden()
    del now["components"]["schemas"]["Hold"]["properties"]["remaining_minor"]
    now["components"]["schemas"]["Hold"]["required"].remove("remaining_minor")
    found = breaks(golden(), now)
    assert any(
        line.endswith("the field `remaining_minor` is gone") and line.startswith("GET /v1/holds") for line in found
    )


# ── the verb ─────────────────────────────────────────────────────────────────
def test_the_verb_writes_additions_and_refuses_to_break_promises(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from cunguan.config.wiring import Wiring
    from cunguan.doors.cli import main as cli

    def call(*argv: str) -> int:
        return cli.main(["openapi", *argv, "--root", str(tmp_path)], Wiring({}))

    file = tmp_path / verb.PUBLISHED
    assert call("--write") == 1, "there is no checkout"
    file.parent.mkdir(parents=True)
    assert call("--write") == 0 and file.read_bytes() == verb.text()
    assert call("--check") == 0
    older = copy.deepcopy(golden())
    del older["paths"]["/v1/holds"]
    file.write_bytes(msgspec.json.encode(older))
    assert call("--check") == 1 and "stale" in capsys.readouterr().out
    assert call("--write") == 0 and call("--check") == 0
    promised = golden()
    promised["paths"]["/v1/gone"] = promised["paths"]["/v1/holds"]
    file.write_bytes(msgspec.json.encode(promised))
    assert call("--check", "--json") == 1 and "GET /v1/gone: the operation is gone" in capsys.readouterr().out
    assert call("--write") == 1 and "GET /v1/gone" in capsys.readouterr().err and "/v1/gone" in file.read_text()
    assert call("--write", "--break") == 0 and call("--check") == 0
