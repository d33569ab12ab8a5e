"""Contract (契约): whether a document of the door still keeps what an earlier one promised.

When    the tests hold the published contract against the code; `cunguan openapi --check`
Shape   breaks(published, now): a line for each promise that is broken, naming the operation and the field. Names of types
        promise nothing, their fields do; what is added breaks nothing, unless a request must have it
Returns lines; touches nothing
"""

from collections.abc import Iterator, Mapping
from typing import Any

Schema = Mapping[str, Any]

METHODS = ("get", "put", "post", "delete", "patch")
#: constraint of a request -> whether a greater number asks for more
_LIMITS = {"minimum": True, "exclusiveMinimum": True, "minLength": True, "minItems": True,
           "maximum": False, "exclusiveMaximum": False, "maxLength": False, "maxItems": False}  # fmt: skip


def breaks(published: Schema, now: Schema) -> list[str]:
    """Return what a caller of the published document would miss in the present one."""
    return list(dict.fromkeys(_breaks(published, now)))


def _breaks(published: Schema, now: Schema) -> Iterator[str]:
    for path, methods in published["paths"].items():
        for method in [one for one in METHODS if one in methods]:
            there = now["paths"].get(path, {}).get(method)
            name = f"{method.upper()} {path}"
            if there is None:
                yield f"{name}: the operation is gone"
            else:
                yield from _operation(name, methods[method], there, Pair(published, now))


class Pair:
    """Two documents, to look references up in; a pair of types is compared once a direction."""

    def __init__(self, old: Schema, new: Schema) -> None:
        self._old, self._new = old, new
        self._seen: set[tuple[str, str, bool]] = set()

    def resolved(self, old: Schema, new: Schema, is_request: bool) -> tuple[Schema, Schema] | None:
        """Return both without references; None when this pair was compared before on this way."""
        names = old.get("$ref", ""), new.get("$ref", ""), is_request
        if all(names[:2]):
            if names in self._seen:
                return None
            self._seen.add(names)
        return _found(self._old, old), _found(self._new, new)


def _found(document: Schema, schema: Schema) -> Schema:
    while "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return schema


# ── operations ───────────────────────────────────────────────────────────────
def _operation(name: str, old: Schema, new: Schema, pair: Pair) -> Iterator[str]:
    if old.get("x-scope", "") != new.get("x-scope", ""):
        yield f"{name}: asks for the scope {new.get('x-scope', '')!r}, not {old.get('x-scope', '')!r}"
    yield from _parameters(name, old, new, pair)
    yield from _body(name, old, new, pair)
    for status, answer in old["responses"].items():
        if status not in new["responses"]:
            yield f"{name}: the answer {status} is gone"
            continue
        yield from _content(f"{name}: answer {status}", answer, new["responses"][status], pair, is_request=False)


def _parameters(name: str, old: Schema, new: Schema, pair: Pair) -> Iterator[str]:
    before, after = _by_name(old), _by_name(new)
    for key, parameter in before.items():
        where = f"{name}: {key[0]} parameter `{key[1]}`"
        if key not in after:
            yield f"{where} is gone"
            continue
        if after[key]["required"] and not parameter["required"]:
            yield f"{where} is required now"
        yield from _schema(where, parameter["schema"], after[key]["schema"], pair, is_request=True)
    for key in after.keys() - before.keys():
        if after[key]["required"]:
            yield f"{name}: {key[0]} parameter `{key[1]}` is new and required"


def _by_name(operation: Schema) -> dict[tuple[str, str], Schema]:
    return {(one["in"], one["name"]): one for one in operation.get("parameters", ())}


def _body(name: str, old: Schema, new: Schema, pair: Pair) -> Iterator[str]:
    before, after = old.get("requestBody"), new.get("requestBody")
    if before is None:
        if after is not None and after.get("required"):
            yield f"{name}: needs a body now"
        return
    if after is None:
        yield f"{name}: takes no body any more"
        return
    yield from _content(f"{name}: body", before, after, pair, is_request=True)


def _content(where: str, old: Schema, new: Schema, pair: Pair, *, is_request: bool) -> Iterator[str]:
    for kind, content in old.get("content", {}).items():
        if kind not in new.get("content", {}):
            yield f"{where}: {kind} is gone"
        elif "schema" in content:
            yield from _schema(
                where, content["schema"], new["content"][kind].get("schema", {}), pair, is_request=is_request
            )


# ── types ────────────────────────────────────────────────────────────────────
def _schema(where: str, old: Schema, new: Schema, pair: Pair, *, is_request: bool) -> Iterator[str]:
    resolved = pair.resolved(old, new, is_request)
    if resolved is None:
        return
    old, new = resolved
    before, after = _choices(old), _choices(new)
    if len(before) > 1 or len(after) > 1:
        yield from _alternatives(where, before, after, pair, is_request=is_request)
        return
    if _type(old) != _type(new):
        yield f"{where}: is {_said(new)} now, not {_said(old)}"
        return
    yield from _values(where, old, new, is_request=is_request)
    yield from _fields(where, old, new, pair, is_request=is_request)
    if isinstance(old.get("items"), Mapping):
        yield from _schema(f"{where}[]", old["items"], new.get("items", {}), pair, is_request=is_request)
    if isinstance(old.get("additionalProperties"), Mapping) and isinstance(new.get("additionalProperties"), Mapping):
        inner = old["additionalProperties"], new["additionalProperties"]
        yield from _schema(f"{where}{{}}", *inner, pair, is_request=is_request)


def _choices(schema: Schema) -> dict[str, Schema]:
    """Return what a schema may be, by a name that stays: the kind of an instruction, the type, the reference."""
    several = schema.get("oneOf") or schema.get("anyOf") or [schema]
    return {_choice(one): one for one in several}


def _choice(schema: Schema) -> str:
    kind = schema.get("properties", {}).get("kind", {}).get("const")
    return str(kind or schema.get("type") or ("object" if "$ref" in schema else _type(schema)))


def _alternatives(
    where: str, old: Mapping[str, Schema], new: Mapping[str, Schema], pair: Pair, *, is_request: bool
) -> Iterator[str]:
    for name, schema in old.items():
        if name not in new:
            yield f"{where}: `{name}` is none of what it may be any more"
        else:
            yield from _schema(f"{where}({name})", schema, new[name], pair, is_request=is_request)
    if not is_request and "null" in new and "null" not in old:
        yield f"{where}: may be null now"


def _type(schema: Schema) -> tuple[str, str]:
    values = [*schema.get("enum", ()), *([schema["const"]] if "const" in schema else [])]
    kind = schema.get("type") or ({str: "string", int: "integer"}.get(type(values[0]), "") if values else "")
    return str(kind), str(schema.get("format", ""))


def _said(schema: Schema) -> str:
    return " ".join(part for part in _type(schema) if part) or "anything"


def _values(where: str, old: Schema, new: Schema, *, is_request: bool) -> Iterator[str]:
    before, after = _enumerated(old), _enumerated(new)
    if before is not None and after is not None:
        yield from (f"{where}: the value `{value}` is gone" for value in before if value not in after)
    elif is_request and before is None and after is not None:
        yield f"{where}: takes only some values now"
    elif not is_request and before is not None and after is None:
        yield f"{where}: is no enumeration any more"
    if is_request:
        yield from _limits(where, old, new)


def _enumerated(schema: Schema) -> list[Any] | None:
    return list(schema["enum"]) if "enum" in schema else [schema["const"]] if "const" in schema else None


def _limits(where: str, old: Schema, new: Schema) -> Iterator[str]:
    if "pattern" in new and new["pattern"] != old.get("pattern"):
        yield f"{where}: must match another pattern now"
    for name, is_lower in _LIMITS.items():
        before, after = old.get(name), new.get(name)
        if after is not None and (before is None or (after > before if is_lower else after < before)):
            yield f"{where}: {name} is {after} now, not {before}"


def _fields(where: str, old: Schema, new: Schema, pair: Pair, *, is_request: bool) -> Iterator[str]:
    before, after = old.get("properties", {}), new.get("properties", {})
    for name, schema in before.items():
        if name not in after:
            yield f"{where}: the field `{name}` is gone"
        else:
            yield from _schema(f"{where}.{name}", schema, after[name], pair, is_request=is_request)
    needed, was = set(new.get("required", ())), set(old.get("required", ()))
    if is_request:
        yield from (f"{where}: the field `{name}` is required now" for name in sorted(needed - was))
    else:
        yield from (f"{where}: the field `{name}` may be missing now" for name in sorted((was - needed) & after.keys()))
