"""Pages (参考页面): the reference of the platform's door, and the list of codes, as HTML.

Reads   the OpenAPI document and kernel/codes.py, nothing else: what is not published is not shown
Returns whole pages in English or with Chinese words around them
"""

import json
from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Any

from cunguan.doors.api.openapi import PROBLEMS, SIGNATURE
from cunguan.doors.api.reference.html import contents, page, paragraphs, rich, table, text
from cunguan.doors.api.reference.words import GROUPS_ZH, TAGS_ZH, WORDS
from cunguan.doors.catalogue.codes import CodeEntry, code_entries

Schema = Mapping[str, Any]
Words = Mapping[str, str]


def reference(document: Schema, language: str) -> str:
    """Return the page of all operations, kinds and types."""
    words, types = WORDS[language], document["components"]["schemas"]
    kinds = {name: one for name, one in types.items() if one.get("x-kind")}
    others = {name: one for name, one in types.items() if name not in kinds}
    tags = {tag["name"]: list(_operations(document, tag["name"])) for tag in document["tags"]}
    says = {tag["name"]: tag["description"] for tag in document["tags"]} | (TAGS_ZH if language == "zh" else {})
    body = [paragraphs(document["info"]["description"]), _head("signing", words["signing"]), paragraphs(SIGNATURE)]
    for tag, found in tags.items():
        body += [_head(f"tag-{tag}", tag, says[tag]), *(_operation(*one, words) for one in found)]
    body += [_head("problems", words["problems"], words["problems_say"]), _problems(words, language)]
    body += [_head("kinds", words["kinds"], words["kinds_say"]), *(_type(*one, words) for one in kinds.items())]
    body += [_head("types", words["types"]), *(_type(*one, words) for one in others.items())]
    groups = [
        (tag, [(said["operationId"], _short(method, path)) for method, path, said in found])
        for tag, found in tags.items()
    ]
    groups += [
        (words[name], [(f"type-{one}", text(one)) for one in of]) for name, of in (("kinds", kinds), ("types", others))
    ]
    return page(language, "/docs", words["title"], contents(groups), "".join(body))


def codes(language: str) -> str:
    """Return the page of all codes."""
    words = WORDS[language]
    parts, groups = [f"<p>{text(words['codes_lead'])}</p>"], []
    for name, found in groupby(code_entries(), key=lambda entry: entry.group):
        entries = list(found)
        title = (GROUPS_ZH.get(name, name) if language == "zh" else name) or words["without"]
        parts.append(f'<h2 id="group-{entries[0].number}">{text(title)}</h2>' + _codes(entries, words))
        groups.append((f"group-{entries[0].number}", text(title)))
    return page(language, "/docs/codes", words["codes"], contents([(words["contents"], groups)]), "".join(parts))


# ── operations ───────────────────────────────────────────────────────────────
def _operations(document: Schema, tag: str) -> Iterator[tuple[str, str, Schema]]:
    for path, methods in document["paths"].items():
        for method, said in methods.items():
            if said["tags"][0] == tag:
                yield method, path, said


def _short(method: str, path: str) -> str:
    return f'<span class="m {method}">{method.upper()}</span>{text(path.removeprefix("/v1"))}'


def _head(anchor: str, title: str, says: str = "") -> str:
    return f'<h2 id="{text(anchor)}">{text(title)}</h2>' + (f'<p class="soft">{text(says)}</p>' if says else "")


def _operation(method: str, path: str, said: Schema, words: Words) -> str:
    head = f'<h3><span class="m {method}">{method.upper()}</span><code>{text(path)}</code></h3>'
    bodies = [(words["body"], said.get("requestBody", {}))]
    bodies += [
        (f"{words['answer']} {status}", of) for status, of in said["responses"].items() if status not in PROBLEMS
    ]
    parts = [head, f"<p>{rich(said['summary'])}. {rich(said.get('description', ''))}</p>", _marks(said, words)]
    if said["parameters"]:
        parts.append(f"<h4>{text(words['parameters'])}</h4>{_parameters(said['parameters'], words)}")
    for title, of in bodies:
        parts += [_content(title, content, words) for content in of.get("content", {}).values()]
    return f'<article id="{text(said["operationId"])}">{"".join(parts)}</article>'


def _marks(said: Schema, words: Words) -> str:
    """Return the line of what a key needs, and the problems that may come."""
    marks = [f"{words['scope']}: {said['x-scope']}" if "x-scope" in said else words["open"]]
    marks += [words["sandbox"]] if said.get("x-sandbox") else []
    statuses = [f'<a href="#problem-{status}">{status}</a>' for status in said["responses"] if status in PROBLEMS]
    told = f'<span class="soft">{text(words["problems"])}: {" ".join(statuses)}</span>' if statuses else ""
    return f"<p>{''.join(f'<span class=tag>{text(mark)}</span>' for mark in marks)} {told}</p>"


def _parameters(parameters: list[Schema], words: Words) -> str:
    rows = [
        (
            f'<code>{text(one["name"])}</code> <span class="soft">{text(words["place_" + one["in"]])}'
            f"{', ' + text(words['required']) if one['required'] else ''}</span>",
            _said(one["schema"], words),
            rich(one.get("description", "")),
        )
        for one in parameters
    ]
    return table((words["name"], words["type"], words["meaning"]), rows)


def _content(title: str, content: Schema, words: Words) -> str:
    example = json.dumps(content.get("example"), indent=2, ensure_ascii=False)
    return f'<h4>{text(title)}: {_said(content["schema"], words)}</h4><pre tabindex="0">{text(example)}</pre>'


def _problems(words: Words, language: str) -> str:
    rows = [
        (f"<code>{status}</code>", text(says), ", ".join(_code_link(code, language) for code in found.split()))
        for status, (says, found) in PROBLEMS.items()
    ]
    return table(("HTTP", words["meaning"], words["code"]), rows, [f"problem-{status}" for status in PROBLEMS])


def _code_link(code: str, language: str) -> str:
    return f'<a href="/docs/codes?lang={language}#{text(code)}"><code>{text(code)}</code></a>'


# ── types ────────────────────────────────────────────────────────────────────
def _type(name: str, schema: Schema, words: Words) -> str:
    term = f" {text(schema['x-term'])}" if schema.get("x-term") else ""
    parts = [
        f'<article id="type-{text(name)}"><h3><code>{text(name)}</code>{term}</h3><p>{rich(schema.get("description", ""))}</p>'
    ]
    if "oneOf" in schema:
        kinds = [one["title"] for one in schema["oneOf"]]
        parts.append(
            "<p>" + ", ".join(f'<a href="#type-{text(kind)}"><code>{text(kind)}</code></a>' for kind in kinds) + "</p>"
        )
    if schema.get("properties"):
        rows = [_field(field, one, schema, words) for field, one in schema["properties"].items()]
        parts.append(table((words["name"], words["type"], words["meaning"]), rows))
    return "".join([*parts, "</article>"])


def _field(name: str, schema: Schema, of: Schema, words: Words) -> tuple[str, str, str]:
    is_request = of.get("additionalProperties") is False
    is_required = name in of.get("required", ())
    mark = (
        words["required"]
        if is_request and is_required
        else words["may_be_missing"]
        if not is_request and not is_required
        else ""
    )
    return (
        f'<code>{text(name)}</code> <span class="soft">{text(mark)}</span>',
        _said(schema, words),
        rich(schema.get("description", "")),
    )


def _said(schema: Schema, words: Words) -> str:
    """Return a type in words: its name with a link, or its values, and its default."""
    if "default" not in schema:
        return _kind(schema, words)
    default = json.dumps(schema["default"], ensure_ascii=False)
    return f'{_kind(schema, words)} <span class="soft">{text(words["default"])} <code>{text(default)}</code></span>'


def _kind(schema: Schema, words: Words) -> str:
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return f'<a href="#type-{text(name)}">{text(name)}</a>'
    if "const" in schema:
        return f"<code>{text(json.dumps(schema['const']))}</code>"
    if "enum" in schema:
        if len(schema["enum"]) > 40:
            return '<a href="/docs/codes">' + text(words["codes"]) + "</a>"
        return f'<span class="soft">{text(words["one_of"])}</span> ' + " ".join(
            f"<code>{text(value)}</code>" for value in schema["enum"]
        )
    if "anyOf" in schema:
        return " | ".join(_kind(one, words) for one in schema["anyOf"])
    if schema.get("type") == "array" and isinstance(schema.get("items"), Mapping):
        return f"{_kind(schema['items'], words)}[]"
    return text(" ".join(str(part) for part in (schema.get("type", "JSON"), schema.get("format", "")) if part))


# ── codes ────────────────────────────────────────────────────────────────────
def _codes(entries: list[CodeEntry], words: Words) -> str:
    rows = [
        (
            f"<code>{text(one.name)}</code>",
            text(one.number),
            text(one.remark),
            text(words["yes" if one.retry else "no"]),
        )
        for one in entries
    ]
    return table(
        (words["code"], words["number"], words["meaning"], words["retry"]), rows, [one.name for one in entries]
    )
