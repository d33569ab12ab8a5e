"""OpenAPI (接口说明): the platform's door as an OpenAPI 3.1 document, made from the endpoints and their types.

When    /openapi.json and the reference page are asked for; the tests, which hold the published contract against it
Shape   a path an endpoint: parameters from the path and the query's type, body and answer from theirs, the problems a caller
        may meet with their codes, an example of each. A body of instructions is one of the kinds a platform may ask
Returns a document of plain values; nothing of this installation is in it but whether it is a sandbox
Source  OpenAPI 3.1.0; JSON Schema 2020-12; RFC 9457; RFC 9421
"""

import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

import msgspec
from starlette.responses import Response

from cunguan.doors.api.app import endpoints
from cunguan.doors.api.endpoint import Endpoint
from cunguan.doors.api.kinds import PLATFORM
from cunguan.doors.api.problem import MEDIA_TYPE, ProblemDetails
from cunguan.doors.api.samples import IDS, sample
from cunguan.operations.catalogue import operation

Schema = dict[str, Any]

PAGE = "text/html"
REF = "#/components/schemas/{name}"
_TITLE = re.compile(r"(?P<name>[^(（]+) [(（](?P<term>[^)）]+)[)）]: (?P<says>.+)")
_PARAMETER = re.compile(r"{(\w+)(?::\w+)?}")

ABOUT = """\
The custodian's door for platforms. Every request below `/v1` is signed (RFC 9421) with a key of the platform, and every answer
by the custodian. Amounts are whole minor units (`…_minor`); dates are business dates; instants are RFC 3339 in UTC.

**A retry is safe.** Send the same instruction under the same id again as often as you like: it is decided once, and the same
answer comes back. A time-out is not an answer: ask `GET /v1/instructions/{id}`, or send it again. Never use another id for it.

**Lists** give `items` and `next`; send `next` as `after` to go on, until it is null. A page may hold fewer items than `limit`,
even none, while `next` says that the list goes on.

**Another platform's objects do not exist here**: they answer 404, as what was never there."""

SIGNATURE = """\
RFC 9421, under any label (`cunguan` here); covered components in this order: `"@method" "@authority" "@path" "@query"`,
and with a body also `"content-digest" "instruction-id"`; parameters `created`, `expires` (at most 300 s later), `nonce`
(used once), `keyid`, `alg` (the key's own: ed25519, ecdsa-p256-sha256, rsa-pss-sha512), `tag="cunguan"`. With a body
`Content-Digest` (RFC 9530) is sent too."""

TAGS = {
    "platform": "The platform itself: its lane, its pools, its day",
    "instructions": "Ask for what moves money or changes state, and hear what became of it",
    "authorisations": "Let clients confirm at the custodian's own page",
    "accounts": "Clients' accounts, balances and statements",
    "persons": "Who clients are: encrypted by a key of each, masked, found by a whole value",
    "listings": "Loans: listings, plans, claims and sales",
    "money": "Holds, deposits, withdrawals, mandates, fees",
    "check files": "The daily files, and what the platform says of the day",
    "reversals": "Ask for a wrong credit to be reversed; two people of the custodian decide",
    "client": "What a client sees at the custodian; no platform calls it",
    "webhooks": "What is told without being asked",
    "keys": "The platform's own keys",
    "sandbox": "Only in a sandbox: make the bank misbehave, move the clock",
    "health": "For supervisors and load balancers",
    "documentation": "This document, as data and as pages",
}

#: status -> what it says, and the codes that come with it
PROBLEMS = {
    "400": ("The request is not readable: not JSON, not UTF-8, a key twice, a number too large.", "malformed"),
    "401": (
        "It is not known who asks.",
        "signature_invalid timestamp_out_of_window nonce_seen platform_unknown key_not_in_force",
    ),
    "403": (
        "It is known who asks, and he may not.",
        "scope_missing network_not_allowed mutual_tls_required kind_not_for_platforms",
    ),
    "404": ("There is no such object of this platform.", "not_found"),
    "408": ("The body did not come in time.", "body_too_slow"),
    "409": (
        "The id was used before, for something else; or the object is not in a state that takes this.",
        "exists_with_different_field exists_with_different_body exists_with_different_kind person_restricted person_shredded",
    ),
    "413": ("The body is too large.", "body_too_large"),
    "415": ("The body is not of the media type that is read here.", "media_type_unsupported"),
    "422": (
        "A field is missing, unknown or wrong; or the instruction was refused by a code: the detail says why, "
        "and `answer` is what is stored.",
        "malformed unknown_kind id_malformed date_malformed period_malformed personal_data_in_clear",
    ),
    "429": ("Too many requests; Retry-After says when.", "rate_limited"),
    "503": (
        "Busy, or a part does not answer: send the same again.",
        "lane_busy lane_stopped database_unavailable key_changing personal_data_unreadable keys_unavailable",
    ),
}
_ALWAYS = ("400", "401", "403", "429", "503")


def document(endpoints: Sequence[Endpoint], kinds: Iterable[str]) -> Schema:
    """Return the document of these endpoints, with these kinds of instructions."""
    schemas, components = _schemas(endpoints, sorted(kinds))
    paths: Schema = {}
    for endpoint in endpoints:
        path = paths.setdefault(_PARAMETER.sub(r"{\1}", endpoint.path), {})
        path[endpoint.method.lower()] = _operation(endpoint, schemas, components)
    used = [_tag(endpoint) for endpoint in endpoints]
    tags = [one for one in dict.fromkeys([*TAGS, *used]) if one in used]
    for query in {endpoint.query for endpoint in endpoints if endpoint.query is not None}:
        del components[_component(schemas[query])]  # told as parameters
    return {
        "openapi": "3.1.0",
        "info": {"title": "Cunguan: the platform's door", "version": "1", "description": ABOUT},
        "servers": [{"url": "/"}],
        "tags": [{"name": one, "description": TAGS.get(one, "")} for one in tags],
        "paths": paths,
        "components": {"schemas": components, "securitySchemes": _security()},
    }


def _operation(endpoint: Endpoint, schemas: Mapping[Any, Schema], components: Mapping[str, Schema]) -> Schema:
    said: Schema = {
        "operationId": operation_id(endpoint),
        "summary": endpoint.summary,
        "tags": [_tag(endpoint)],
        "parameters": _parameters(endpoint, schemas, components),
        "responses": _responses(endpoint, schemas, components),
    }
    if doc := _doc(endpoint):
        said["description"] = doc
    if endpoint.sandbox:
        said["x-sandbox"] = True
    if endpoint.scope:
        said["security"] = [{"signature": [], "signature_input": []}]
        said["x-scope"] = endpoint.scope
    if endpoint.body is not None:
        schema = schemas[endpoint.body]
        example = sample(schema, components) if endpoint.example is None else msgspec.to_builtins(endpoint.example)
        said["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": schema, "example": example}},
        }
    return said


def operation_id(endpoint: Endpoint) -> str:
    """Return the name of an operation for programs.

    >>> operation_id(Endpoint("GET", "/v1/accounts/{id:path}/balances", "", "read", None))
    'get_accounts_id_balances'
    """
    words = re.findall(r"\w+", _PARAMETER.sub(r"\1", endpoint.path).removeprefix("/v1"))
    return "_".join([endpoint.method.lower(), *words])


def _tag(endpoint: Endpoint) -> str:
    return endpoint.tag or "other"


def _doc(endpoint: Endpoint) -> str:
    of = endpoint.body if isinstance(endpoint.body, type) else endpoint.answer
    return (of.__doc__ or "").strip() if isinstance(of, type) and issubclass(of, msgspec.Struct) else ""


# ── parameters ───────────────────────────────────────────────────────────────
def _parameters(endpoint: Endpoint, schemas: Mapping[Any, Schema], components: Mapping[str, Schema]) -> list[Schema]:
    id_of = (
        {"type": "string", "examples": [IDS.get(endpoint.path.split("/")[2], "bid-0001")]}
        if endpoint.scope
        else {"type": "string"}
    )
    found = [_parameter("path", name, id_of, True, components) for name in _PARAMETER.findall(endpoint.path)]
    if endpoint.query is not None:
        query = components[_component(schemas[endpoint.query])]
        required = query.get("required", ())
        found += [
            _parameter("query", name, schema, name in required, components)
            for name, schema in query["properties"].items()
        ]
    if endpoint.scope and endpoint.method in ("POST", "PUT", "DELETE"):
        says = "the id of what is asked: the same for each retry; where the body has an id, that one"
        schema = {"type": "string", "description": says, "examples": ["bid-0001"], "maxLength": 128}
        found.append(_parameter("header", "Instruction-Id", schema, True, components))
    return found


def _component(schema: Schema) -> str:
    return str(schema["$ref"]).rpartition("/")[2]


def _parameter(place: str, name: str, schema: Schema, is_required: bool, components: Mapping[str, Schema]) -> Schema:
    schema = dict(schema)
    said = {"name": name, "in": place, "required": is_required, "schema": schema}
    if "description" in schema:
        said["description"] = schema.pop("description")
    if is_required:
        said["example"] = sample(schema, components, name)
    return said


# ── answers ──────────────────────────────────────────────────────────────────
def _responses(endpoint: Endpoint, schemas: Mapping[Any, Schema], components: Mapping[str, Schema]) -> Schema:
    done = {"description": "done", **_answer(endpoint, schemas, components)}
    responses = {str(endpoint.status): done}
    if endpoint.status == 201:
        responses["200"] = done | {"description": "it was done before under this id: the same answer"}
    if endpoint.scope == "instruct" and endpoint.method == "POST":
        responses["202"] = _in_doubt(done)
    return responses | {status: _problem(status, endpoint) for status in _statuses(endpoint) if status not in responses}


def _in_doubt(done: Schema) -> Schema:
    """Return the answer of what is taken and not known yet, with an example that says so."""
    doubt = {"status": "in_doubt", "code": "in_doubt", "code_number": 1, "seq": None, "retry": True}
    said = done | {"description": "taken, and the outcome is not known yet: ask again by the id"}
    content = dict(said.get("content", {}).get("application/json", {}))
    if isinstance(content.get("example"), dict) and doubt.keys() <= content["example"].keys():
        said["content"] = {"application/json": content | {"example": content["example"] | doubt}}
    return said


def _answer(endpoint: Endpoint, schemas: Mapping[Any, Schema], components: Mapping[str, Schema]) -> Schema:
    """Return the content of an answer: JSON with an example, a page; of a file nothing is said."""
    if endpoint.answer is str:
        return {"content": {PAGE: {"schema": {"type": "string"}, "example": "<!doctype html>"}}}
    if endpoint.answer is None or _is_raw(endpoint.answer):
        return {}
    schema = schemas[endpoint.answer]
    return {"content": {"application/json": {"schema": schema, "example": sample(schema, components)}}}


def _problem(status: str, endpoint: Endpoint) -> Schema:
    says, codes = PROBLEMS[status]
    first = codes.split()[0]
    example = {"type": f"/docs/codes#{first}", "title": first.replace("_", " "), "status": int(status), "code": first,
               "retry": status in ("429", "503")}  # fmt: skip
    content: Schema = {MEDIA_TYPE: {"schema": {"$ref": REF.format(name="ProblemDetails")}, "example": example}}
    if not endpoint.scope and endpoint.answer is None:
        content[PAGE] = {}  # a client's page says it to the client
    return {"description": f"{says} Codes: {', '.join(f'`{code}`' for code in codes.split())}.", "content": content}


def _statuses(endpoint: Endpoint) -> list[str]:
    statuses = set(_ALWAYS) if endpoint.scope else set()
    if "{" in endpoint.path or endpoint.sandbox or endpoint.may_lack:
        statuses.add("404")
    if endpoint.query is not None or endpoint.body is not None:
        statuses.add("422")
    if endpoint.method != "GET":
        statuses |= {"400", "408", "409", "413", "415", "422"}
    return sorted(statuses - {str(endpoint.status)})


def _is_raw(answer: Any) -> bool:
    """Return whether an answer is no JSON: a page, a file."""
    return answer in (bytes, str) or (isinstance(answer, type) and issubclass(answer, Response))


# ── types ────────────────────────────────────────────────────────────────────
def _schemas(endpoints: Sequence[Endpoint], kinds: Sequence[str]) -> tuple[dict[Any, Schema], Schema]:
    """Return the schema of each type that is named by an endpoint, and the components they refer to."""
    types: list[Any] = [ProblemDetails]
    for endpoint in endpoints:
        types += [
            one for one in (endpoint.query, endpoint.body, endpoint.answer) if one is not None and not _is_raw(one)
        ]
    bodies = [operation(kind).body for kind in kinds]
    types = list(dict.fromkeys([*types, *bodies]))
    schemas, components = msgspec.json.schema_components(types, schema_hook=_hook, ref_template=REF)
    names = {name: _name(name) for name in components}
    assert len(set(names.values())) == len(names), "two types have one name in the document"
    renamed = {names[name]: _renamed(schema, names) for name, schema in components.items()}
    of = dict(zip(types, (_renamed(schema, names) for schema in schemas), strict=True))
    for kind in kinds:
        if kind in renamed:
            renamed[kind] |= _described(kind, renamed[kind])
    instructions = {kind: of[operation(kind).body] for kind in kinds}
    renamed = {name: _with_kinds(schema, instructions) for name, schema in renamed.items()}
    return of, dict(sorted(renamed.items()))


def _hook(kind: type) -> Schema:
    return {"description": "any JSON"}  # of what has no type of its own


def _name(name: str) -> str:
    """Return a short name of a type; one that several modules have is named by its module too.

    >>> _name("cunguan.operations.bid_hold.Body"), _name("Items_Hold_"), _name("Hold")
    ('bid_hold', 'HoldPage', 'Hold')
    """
    if page := re.fullmatch(r"Items_(.+)_", name):
        return f"{_name(page[1])}Page"
    if body := re.fullmatch(r"cunguan\.operations\.(\w+)\.Body", name):
        return body[1]
    return "_".join(name.split(".")[-2:])


def _renamed(schema: Any, names: Mapping[str, str]) -> Any:
    if isinstance(schema, dict):
        return {
            key: REF.format(name=names[value.removeprefix(REF.format(name=""))])
            if key == "$ref"
            else _renamed(value, names)
            for key, value in schema.items()
        }
    return [_renamed(one, names) for one in schema] if isinstance(schema, list) else schema


def _is_instruction(schema: Schema) -> bool:
    """Return whether a type is an instruction as a platform sends it: an id, a kind, a body; an answer may say more one day."""
    fields = schema.get("properties")
    return (
        schema.get("additionalProperties") is False
        and isinstance(fields, dict)
        and {"id", "kind", "body"} <= fields.keys()
    )


def _described(kind: str, schema: Schema) -> Schema:
    """Return what the catalogue says of a kind: the first sentence of its file, and the field's word."""
    title = _TITLE.match(sys.modules[operation(kind).decide.__module__].__doc__ or "")
    assert title is not None, f"the file of {kind} does not begin in the form of the house"
    says = f"{title['name']}: {title['says']} {schema.get('description', '')}".strip()
    return {"title": kind, "description": says, "x-kind": True, "x-term": title["term"]}


def _with_kinds(schema: Any, bodies: Mapping[str, Schema]) -> Any:
    """Return a schema in which each instruction is one of its kinds, with the body of that kind."""
    if isinstance(schema, list):
        return [_with_kinds(one, bodies) for one in schema]
    if not isinstance(schema, dict):
        return schema
    if not _is_instruction(schema):
        return {key: _with_kinds(one, bodies) for key, one in schema.items()}
    one_of = [
        schema | {"title": kind, "properties": schema["properties"] | {"kind": {"const": kind}, "body": body}}
        for kind, body in bodies.items()
    ]
    return {"oneOf": one_of, "description": schema.get("description", "")}


def _security() -> Schema:
    return {
        "signature": {"type": "apiKey", "in": "header", "name": "Signature", "description": SIGNATURE},
        "signature_input": {
            "type": "apiKey", "in": "header", "name": "Signature-Input",
            "description": "What the signature covers, and its parameters (RFC 9421).",
        },
    }  # fmt: skip


@cache
def published(is_sandbox: bool) -> Schema:
    """Return the document of the whole door, with or without what only a sandbox has."""
    return document([one for one in endpoints() if is_sandbox or not one.sandbox], PLATFORM)
