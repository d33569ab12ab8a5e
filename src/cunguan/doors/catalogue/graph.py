"""Symbol graph (符号图): which functions, tables and machines an operation reaches, by reading its source.

Shape   a symbol is (module, name) of something at the top of a module of ours; reach() follows names from one to the next
        through operations and their helpers, and stops at posting templates and state machines, which are what it looks for
Reads   source files as text and syntax trees; nothing is run
"""

import ast
import importlib.util
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

OPERATIONS, TEMPLATES, STATES = "cunguan.operations.", "cunguan.ledger.templates.", "cunguan.states."


class Symbol(NamedTuple):
    """Something at the top of a module."""

    module: str
    name: str


class Source(NamedTuple):
    """A module as text: what stands at its top, and what its names mean."""

    doc: str
    tops: dict[str, ast.AST]
    imports: dict[str, Symbol]  # an empty name: the module itself


@cache
def source(module: str) -> Source:
    """Read a module."""
    spec = importlib.util.find_spec(module)
    assert spec is not None and spec.origin is not None, f"there is no module {module}"
    tree = ast.parse(Path(spec.origin).read_text(encoding="utf-8"))
    tops: dict[str, ast.AST] = {}
    imports: dict[str, Symbol] = {}
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            tops[node.name] = node
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            tops.update({target.id: node for target in targets if isinstance(target, ast.Name)})
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            for name in node.names:
                imports[name.asname or name.name] = _imported(node.module, name.name)
    return Source(ast.get_docstring(tree) or "", tops, imports)


def _imported(module: str, name: str) -> Symbol:
    inner = f"{module}.{name}"
    is_module = module.startswith("cunguan") and importlib.util.find_spec(module) is not None and _is_module(inner)
    return Symbol(inner, "") if is_module else Symbol(module, name)


def _is_module(name: str) -> bool:
    try:
        return importlib.util.find_spec(name) is not None
    except ModuleNotFoundError:
        return False


@cache
def references(symbol: Symbol) -> frozenset[Symbol]:
    """Return what a symbol names: others of its module, and what it imports."""
    here = source(symbol.module)
    node = here.tops.get(symbol.name)
    if node is None:
        return frozenset()
    own = _own_names(node)
    found = set()
    for part in ast.walk(node):
        if isinstance(part, ast.Attribute) and isinstance(part.value, ast.Name) and part.value.id not in own:
            module = here.imports.get(part.value.id)
            if module is not None and not module.name:
                found.add(Symbol(module.module, part.attr))
        elif isinstance(part, ast.Name) and isinstance(part.ctx, ast.Load) and part.id not in own:
            if part.id in here.tops:
                found.add(Symbol(symbol.module, part.id))
            elif part.id in here.imports:
                found.add(here.imports[part.id])
    return frozenset(found)


def _own_names(node: ast.AST) -> set[str]:
    """Return the names that a function gives to its own values."""
    if not isinstance(node, ast.FunctionDef):
        return set()
    stored = {n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    return stored | {argument.arg for argument in ast.walk(node) if isinstance(argument, ast.arg)}


def reach(starts: Iterable[Symbol]) -> set[Symbol]:
    """Return all symbols that are reached from some, with them."""
    reached: set[Symbol] = set()
    waiting = list(starts)
    while waiting:
        symbol = waiting.pop()
        if symbol in reached or not symbol.module.startswith((OPERATIONS, TEMPLATES, STATES)):
            continue
        reached.add(symbol)
        if symbol.module.startswith(OPERATIONS):
            waiting += references(symbol)
    return reached


def of_module(module: str) -> list[Symbol]:
    """Return everything at the top of a module."""
    return [Symbol(module, name) for name in source(module).tops]


def nodes(symbols: Iterable[Symbol]) -> Iterator[ast.AST]:
    """Yield the syntax of the symbols that stand in operations."""
    for symbol in sorted(symbols):
        node = source(symbol.module).tops.get(symbol.name)
        if node is not None and symbol.module.startswith(OPERATIONS):
            yield node
