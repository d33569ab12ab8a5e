"""Mutants: one small change at a time of a function, as money code goes wrong: a posting lost, a side swapped, an edge off by one.

Shape   Mutant: file, line, the function it stands in, what was changed, and the changed module as a syntax tree
        Changed statement: a statement of store/sql with one word of it changed
Reads   source files; assertions and docstrings are not changed (an assertion guards us, it decides
        nothing), nor `strict=` of a zip, which is one
"""

import ast
import copy
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

EDGES: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip
SUMS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add, ast.FloorDiv: ast.Mult, ast.Mod: ast.Add,
}  # fmt: skip
EXTREMES = {"min": "max", "max": "min", "any": "all", "all": "any"}
#: accounts of one owner, taken for one another
BUCKETS = {"available": "held", "held": "available", "uncleared": "available", "outbound": "held", "frozen": "held"}
CODES_OF_CHART = {"2110": "2120", "2120": "2125", "2125": "2120", "2150": "2120", "2210": "2220", "2220": "2210",
                  "2230": "2210", "2240": "2210", "3010": "2240", "1040": "2310", "2310": "1040", "2155": "2160"}  # fmt: skip
#: what a decision is made of: each part may be forgotten
PARTS = frozenset({"postings", "adds", "changes", "moves", "claim_moves", "accounts", "authority"})

Change = tuple[str, Callable[[ast.AST], ast.AST | None]]


class Mutant(msgspec.Struct, frozen=True):
    """One changed function; `tree` is its whole module."""

    file: Path
    line: int
    function: str
    what: str
    tree: ast.Module

    @property
    def key(self) -> str:
        """What it is, wherever its line has moved."""
        return f"{self.file.as_posix()} {self.function}: {self.what}"

    @property
    def name(self) -> str:
        """Where it is and what it is."""
        return f"{self.file.as_posix()}:{self.line} {self.function}: {self.what}"


def mutants(file: Path, root: Path) -> Iterator[Mutant]:
    """Yield every mutant of a file's functions."""
    source = ast.parse((root / file).read_text("utf-8"))
    for place, function, node in _places(source):
        for what, change in _changes(node):
            tree = copy.deepcopy(source)
            if _changed(tree, place, change):
                yield Mutant(file, getattr(node, "lineno", 0), function, what, ast.fix_missing_locations(tree))


def _places(tree: ast.Module) -> Iterator[tuple[int, str, ast.AST]]:
    """Yield each node inside a function with its number in the walk and the function's name."""
    inside: dict[int, str] = {}
    for owner in ast.walk(tree):
        for child in ast.iter_child_nodes(owner):
            name = inside.get(id(owner), "")
            if isinstance(child, ast.Assert | ast.AnnAssign) and not name:
                continue
            is_guard = isinstance(child, ast.Assert) or (isinstance(child, ast.keyword) and child.arg == "strict")
            if is_guard or name == "!":
                inside[id(child)] = "!"
            elif name:
                inside[id(child)] = name
            elif isinstance(child, ast.FunctionDef):
                inside[id(child)] = f"{owner.name}.{child.name}" if isinstance(owner, ast.ClassDef) else child.name
    for place, node in enumerate(ast.walk(tree)):
        name = inside.get(id(node), "")
        if name not in ("", "!") and not isinstance(node, ast.FunctionDef):
            yield place, name, node


def _changed(tree: ast.Module, place: int, change: Callable[[ast.AST], ast.AST | None]) -> bool:
    """Apply a change to the node at a place of the walk; False where it cannot stand."""
    target = next(node for number, node in enumerate(ast.walk(tree)) if number == place)
    changed = change(target)
    if changed is None:
        return False
    if changed is target:
        return True
    for owner in ast.walk(tree):
        for field, value in ast.iter_fields(owner):
            if value is target:
                setattr(owner, field, changed)
                return True
            if isinstance(value, list) and target in value:
                value[value.index(target)] = changed  # type: ignore[arg-type]  # a node for a node
                return True
    return False


def _changes(node: ast.AST) -> Iterator[Change]:
    """Yield what may go wrong at a node."""
    if isinstance(node, ast.Compare) and len(node.ops) == 1 and type(node.ops[0]) in EDGES:
        other = EDGES[type(node.ops[0])]
        yield f"{type(node.ops[0]).__name__} is {other.__name__}", _set("ops", [other()])
    elif isinstance(node, ast.BoolOp):
        other_op = ast.Or if isinstance(node.op, ast.And) else ast.And
        yield f"{type(node.op).__name__} is {other_op.__name__}", _set("op", other_op())
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield "not is left out", lambda found: found.operand  # type: ignore[attr-defined]  # the same kind of node
    elif isinstance(node, ast.BinOp | ast.AugAssign) and type(node.op) in SUMS:
        swapped = SUMS[type(node.op)]
        yield f"{type(node.op).__name__} is {swapped.__name__}", _set("op", swapped())
    elif isinstance(node, (ast.If, ast.IfExp)):
        yield "the branch is never taken", _set("test", ast.Constant(False))
    elif isinstance(node, ast.Constant):
        yield from _constant(node)
    elif isinstance(node, ast.Attribute):
        yield from _attribute(node)
    elif isinstance(node, ast.Call):
        yield from _call(node)
    if isinstance(node, ast.AugAssign):
        yield "the sum is left out", lambda found: ast.copy_location(ast.Pass(), found)  # type: ignore[type-var]  # a statement
    if isinstance(node, ast.Tuple) and len(node.elts) > 1 and any(isinstance(part, ast.Call) for part in node.elts):
        yield "the last of them is left out", _without_last


def _constant(node: ast.Constant) -> Iterator[Change]:
    if isinstance(node.value, bool):
        yield f"{node.value} is {not node.value}", _set("value", not node.value)
    elif isinstance(node.value, int):
        yield f"{node.value} is {node.value + 1}", _set("value", node.value + 1)
    elif node.value in CODES_OF_CHART:
        yield f"{node.value} is {CODES_OF_CHART[str(node.value)]}", _set("value", CODES_OF_CHART[str(node.value)])


def _attribute(node: ast.Attribute) -> Iterator[Change]:
    if isinstance(node.value, ast.Name) and node.value.id == "Code":
        other = "done" if node.attr != "done" else "state_forbids"
        yield f"Code.{node.attr} is Code.{other}", _set("attr", other)
    elif node.attr in BUCKETS:
        yield f"{node.attr} is {BUCKETS[node.attr]}", _set("attr", BUCKETS[node.attr])


def _call(node: ast.Call) -> Iterator[Change]:
    name = node.func.id if isinstance(node.func, ast.Name) else ""
    if name in EXTREMES:
        yield f"{name} is {EXTREMES[name]}", _set("func", ast.Name(EXTREMES[name], ast.Load()))
    if name == "Posting" and len(node.args) >= 2:
        yield "debit and credit are swapped", lambda found: _swapped(found)
    if name == "Decision":
        for keyword in node.keywords:
            if keyword.arg in PARTS:
                yield f"{keyword.arg} are forgotten", _without(keyword.arg)


def _set(field: str, value: object) -> Callable[[ast.AST], ast.AST]:
    def change(found: ast.AST) -> ast.AST:
        setattr(found, field, copy.deepcopy(value))
        return found

    return change


def _swapped(found: ast.AST) -> ast.AST:
    assert isinstance(found, ast.Call)
    found.args[0], found.args[1] = found.args[1], found.args[0]
    return found


def _without(keyword: str) -> Callable[[ast.AST], ast.AST]:
    def change(found: ast.AST) -> ast.AST:
        assert isinstance(found, ast.Call)
        found.keywords = [one for one in found.keywords if one.arg != keyword]
        return found

    return change


def _without_last(found: ast.AST) -> ast.AST:
    assert isinstance(found, ast.Tuple)
    found.elts.pop()
    return found


# ── statements ───────────────────────────────────────────────────────────────
_WORDS = (
    (r"<=", "<"), (r"(?<![<>=])<(?![=>])", "<="), (r">=", ">"), (r"(?<![<>=-])>(?![=])", ">="), (r"\bAND\b", "OR"),
    (r"\bOR\b", "AND"), (r"\bNOT\b", ""), (r"\bASC\b", "DESC"), (r"\bDESC\b", "ASC"), (r"\bmax\(", "min("),
    (r"\bFOR UPDATE\b", ""), (r"\bLIMIT 1\b", "LIMIT 2"), (r"(?<=\w) \+ 1\b", ""), (r"\btrue\b", "false"),
    (r"\bfalse\b", "true"), (r"(?<![<>!=:])=(?![>=])", "<>"),
)  # fmt: skip


def changed_statements(text: str) -> Iterator[tuple[str, str]]:
    """Yield what was changed in a statement, and its changed text; comments are left as they are.

    >>> [what for what, _ in changed_statements("SELECT 1 FROM lane WHERE lane = 1 AND head >= 2")]
    ['line 1: >= is >', 'line 1: AND is OR', 'line 1: = is <>']
    """
    code = re.sub(r"--[^\n]*", lambda comment: " " * len(comment[0]), text)
    for pattern, other in _WORDS:
        for found in re.finditer(pattern, code):
            line = code.count("\n", 0, found.start()) + 1
            yield (
                f"line {line}: {found[0]} is {other or 'left out'}",
                text[: found.start()] + other + text[found.end() :],
            )
