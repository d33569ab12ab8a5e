"""Reading (读取): one entry for each kind of instruction, from its file, its templates, its machines and the packs.

Shape   Entry: everything the page says of one kind, as values; sentences are those of the docstrings
Reads   operations/, ledger/templates/, states/ and the rules of all packs; nothing is decided
Errors  AssertionError: a file does not begin in the form of the house
"""

import ast
import re
import types
import typing
from collections.abc import Iterable
from functools import partial

import msgspec

from cunguan.doors.catalogue.graph import OPERATIONS, STATES, TEMPLATES, Symbol, nodes, of_module, reach, source
from cunguan.kernel.codes import Code
from cunguan.operations.catalogue import Operation, operations
from cunguan.policy.evaluate import PACKS
from cunguan.states import MACHINES

SECTION = re.compile(r"^([A-Z][a-z]+) {2,}(\S.*)$")
TITLE = re.compile(r"^(?P<name>[^(（]+) [(（](?P<zh>[^)）]+)[)）]: (?P<says>.+)$")

#: where a message says nothing of who allows it, and its file declares nothing
PLATFORM, SYSTEM, ONE_NAME, TWO_NAMES = "platform", "S", "one name", "two names"


class Field(msgspec.Struct, frozen=True):
    """A field of a message; `default` is what it is when it is left away, None when it must be there."""

    name: str
    type: str
    default: str | None


class Template(msgspec.Struct, frozen=True):
    """A posting template with its T-accounts, as an accountant draws them."""

    file: str
    name: str
    says: str
    drawing: str


class Moves(msgspec.Struct, frozen=True):
    """A machine and those of its moves the kind may make."""

    machine: str
    zh: str
    moves: list[tuple[str, str, str]]


class PackRule(msgspec.Struct, frozen=True):
    """A rule of a pack that the kind is judged by, and the codes it refuses with."""

    id: str
    sentence: str
    codes: list[str]


class Entry(msgspec.Struct, frozen=True):
    """One kind of instruction."""

    kind: str
    version: int
    lane: str
    id_prefix: str
    name: str
    zh: str
    says: str
    when: str
    body: str
    fields: list[Field]
    posts: str
    order: str
    authority: list[str]
    templates: list[Template]
    states: list[Moves]
    codes: list[str]
    rules: list[PackRule]
    leads_to: list[str]
    source: str


def entries() -> list[Entry]:
    """Return the entry of every kind, by kind."""
    return [_entry(op) for _, op in sorted(operations().items())]


def _entry(op: Operation) -> Entry:
    module = op.decide.__module__  # a message may be shared by two kinds
    name, zh, says, sections = parts(source(module).doc)
    reached = reach(of_module(module))
    return Entry(
        kind=op.kind,
        version=op.version,
        lane=op.lane,
        id_prefix=op.id_prefix,
        name=name,
        zh=zh,
        says=says,
        when=sections.get("When", ""),
        body=(op.body.__doc__ or "").strip(),
        fields=[_field(field) for field in msgspec.structs.fields(op.body)],
        posts=sections.get("Posts", ""),
        order=sections.get("Order", ""),
        authority=_authority(op, module, reached),
        templates=[] if sections.get("Posts", "nothing").startswith("nothing") else _templates(reached),
        states=_states(reached),
        codes=_codes(reached),
        rules=_rules(op.kind),
        leads_to=_leads_to(op, reached),
        source=sections.get("Source", ""),
    )


# ── docstrings ───────────────────────────────────────────────────────────────
def parts(doc: str) -> tuple[str, str, str, dict[str, str]]:
    """Return English name, Chinese name, what it does, and the sections of a docstring in the form of the house.

    >>> name, zh, says, sections = parts("Bid (投标): money\\nis set aside.\\n\\nWhen    it is\\n        asked\\nOrder   one, two")
    >>> (name, zh, says, sections["When"], sections["Order"])
    ('Bid', '投标', 'money is set aside.', 'it is asked', 'one, two')
    """
    paragraphs = doc.split("\n\n")
    found = TITLE.match(" ".join(paragraphs[0].split()))
    assert found is not None, (
        f"a file begins with its English name, the Chinese one, and what it does: {paragraphs[0]!r}"
    )
    sections: dict[str, list[str]] = {}
    lines: list[str] = []
    for line in "\n\n".join(paragraphs[1:]).splitlines():
        head = SECTION.match(line)
        if head is not None:
            lines = sections.setdefault(head[1], [])
            lines.append(head[2])
        elif line.startswith("   "):
            lines.append(line.strip())
        else:
            lines = []  # a paragraph of its own
    return found["name"], found["zh"], found["says"], {name: " ".join(said) for name, said in sections.items()}


# ── the message ──────────────────────────────────────────────────────────────
def _field(field: msgspec.structs.FieldInfo) -> Field:
    default = None
    if field.default is not msgspec.NODEFAULT:
        default = repr(field.default)
    elif field.default_factory is not msgspec.NODEFAULT:
        default = repr(field.default_factory())
    return Field(field.encode_name, _type(field.type), default)


def _type(annotation: typing.Any) -> str:
    """Return a type as its reader would say it.

    >>> [_type(one) for one in (str, int | None, tuple[str, ...], typing.Literal["a", "b"])]
    ['text', 'integer or null', 'list of text', '"a" or "b"']
    """
    plain = {str: "text", int: "integer", bool: "true or false", bytes: "bytes", type(None): "null"}
    if annotation in plain:
        return plain[annotation]
    origin, inner = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is typing.Literal:
        return " or ".join(f'"{value}"' for value in inner)
    if origin is types.UnionType or origin is typing.Union:
        return " or ".join(_type(one) for one in inner)
    if origin in (tuple, list):
        return f"list of {_type(inner[0])}"
    if isinstance(annotation, type) and issubclass(annotation, msgspec.Struct):
        return "{" + ", ".join(f"{f.name}: {_type(f.type)}" for f in msgspec.structs.fields(annotation)) + "}"
    return str(getattr(annotation, "__name__", annotation))


# ── what it reaches ──────────────────────────────────────────────────────────
def _authority(op: Operation, module: str, reached: set[Symbol]) -> list[str]:
    """Return who allows it: letters of decision 8, and names. A file whose message does not tell says AUTHORITY."""
    declared = source(module).tops.get("AUTHORITY")
    if isinstance(declared, ast.Assign) and isinstance(declared.value, ast.Constant):
        return [str(declared.value.value)]
    letters = {letter for node in nodes(reached) for letter in _letters(node)}
    for name, letter in (("mandated", "A"), ("charge", "F"), ("two_names", TWO_NAMES)):
        if any(symbol.name == name and symbol.module.startswith(OPERATIONS) for symbol in reached):
            letters.add(letter)
    fields = {field.encode_name for field in msgspec.structs.fields(op.body)}
    if "maker" in fields and TWO_NAMES not in letters:
        letters.add(ONE_NAME)
    if not letters - {"F"} and op.authority_text is None:
        letters.add(SYSTEM if op.id_prefix and not letters else PLATFORM)
    return sorted(letters, key=("P", "A", "F", "L", "M", TWO_NAMES, ONE_NAME, PLATFORM, SYSTEM).index)


def _letters(node: ast.AST) -> Iterable[str]:
    """Yield the kind of each authority that is made here: the third of AuthorityText and of by_two_names."""
    for part in ast.walk(node):
        if isinstance(part, ast.Call) and isinstance(part.func, ast.Name) and len(part.args) >= 3:
            kind = part.args[2]
            if part.func.id in ("AuthorityText", "by_two_names") and isinstance(kind, ast.Constant):
                yield str(kind.value)


def _templates(reached: set[Symbol]) -> list[Template]:
    found = []
    for symbol in sorted(symbol for symbol in reached if symbol.module.startswith(TEMPLATES)):
        node = source(symbol.module).tops.get(symbol.name)
        if isinstance(node, ast.FunctionDef) and not symbol.name.startswith("_"):
            says, drawing = _drawn(ast.get_docstring(node) or "")
            if drawing:
                found.append(Template(symbol.module.removeprefix(TEMPLATES), symbol.name, says, drawing))
    return found


def _drawn(doc: str) -> tuple[str, str]:
    paragraphs = doc.split("\n\n")
    drawings = [part for part in paragraphs if re.search(r"^ +(?:Dr|Cr) ", part, re.MULTILINE)]
    return " ".join(paragraphs[0].split()), "\n".join(drawings)


def _states(reached: set[Symbol]) -> list[Moves]:
    said = {event for node in nodes(reached) for event in _done(node)}
    found = []
    for symbol in sorted(symbol for symbol in reached if symbol.module.startswith(STATES)):
        machine = next((one for one in MACHINES.values() if one.name.upper() == symbol.name), None)
        if machine is None:
            continue
        moves = [(before, event, after) for (before, event), after in machine.moves.items() if event in said]
        zh = re.search(r"\(([^)]+)\)", source(symbol.module).doc)
        if moves:
            found.append(Moves(machine.name, zh[1] if zh else "", moves))
    return found


def _done(node: ast.AST) -> Iterable[str]:
    """Yield the strings that may be events: not what is compared, asked for, looked up by, or said in a docstring."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    is_question = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "may"
    is_said = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    if is_question or is_said or isinstance(node, ast.Compare | ast.Subscript | ast.JoinedStr):
        return
    for inner in node.values if isinstance(node, ast.Dict) else ast.iter_child_nodes(node):
        yield from _done(inner)


def _codes(reached: set[Symbol]) -> list[str]:
    names = {name for node in nodes(reached) for name in _answered(node)} - {"done"}
    return sorted(names, key=lambda name: Code[name])


def _answered(node: ast.AST) -> Iterable[str]:
    """Yield the codes that stand here; what is only compared with is no answer."""
    if isinstance(node, ast.Compare):
        return
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "Code":
        if node.attr in Code.__members__:
            yield node.attr
        return
    for inner in ast.iter_child_nodes(node):
        yield from _answered(inner)


def _leads_to(op: Operation, reached: set[Symbol]) -> list[str]:
    """Return the kinds that are asked for beside it: of lane 0 before and after it, and of lanes it sends a message to."""
    files = {symbol.module for symbol in reached if symbol.name == "KIND"}
    sent = {kind for node in nodes(reached) for kind in _sent(node)}
    return sorted(
        kind
        for kind, other in operations().items()
        if kind != op.kind and (other.decide.__module__ in files or kind in sent)
    )


def _sent(node: ast.AST) -> Iterable[str]:
    """Yield the kinds that are named for a message: handed to what makes one, or said to be its kind."""
    for part in ast.walk(node):
        if isinstance(part, ast.Call) and getattr(part.func, "id", "").lower().endswith("message"):
            yield from (str(one.value) for one in part.args if isinstance(one, ast.Constant))
        if isinstance(part, ast.Dict):
            pairs = zip(part.keys, part.values, strict=True)
            yield from (
                str(value.value)
                for key, value in pairs
                if isinstance(key, ast.Constant) and key.value == "kind" and isinstance(value, ast.Constant)
            )


def _rules(kind: str) -> list[PackRule]:
    return [
        PackRule(rule.id, rule.sentence, _verdicts(rule.check))
        for pack in PACKS.values()
        for rule in pack.rules
        if kind in rule.applies_to
    ]


def _verdicts(check: typing.Any) -> list[str]:
    function = check.func if isinstance(check, partial) else check
    node = source(function.__module__).tops[function.__name__]
    return sorted(
        {
            str(part.args[1].value)
            for part in ast.walk(node)
            if isinstance(part, ast.Call) and getattr(part.func, "id", "") == "Verdict" and len(part.args) > 1
            and isinstance(part.args[1], ast.Constant)
        }
    )  # fmt: skip
