"""Catalogue (指令目录): every operation by its kind. A new operation is a new file in this folder.

Shape   each file holds KIND, VERSION, LANE, Body, Facts, load(instruction, book, given), decide(instruction,
        facts, given); and where the client confirms, authority_text(instruction, lane); and where lane 0
        must act first, prelude(instruction, lane) with the instructions for it, and epilogue(...) to undo them;
        AUTHORITY says who allows it where neither a confirmed text nor names in the message tell (docs/instructions.md)
Errors  UnknownKind: no operation of that name
"""

import importlib
import pkgutil
from collections.abc import Callable
from functools import cache
from typing import Any

import msgspec

import cunguan.operations
from cunguan.kernel.instruction import AuthorityText, Decision, Given, Instruction
from cunguan.ledger.book import Book


class UnknownKind(LookupError):
    """No operation has this kind."""


class Operation(msgspec.Struct, frozen=True):
    """One operation: its message and its two functions."""

    kind: str
    version: int
    lane: str  # "custodian" (lane 0), "platform", or "both"
    body: type[msgspec.Struct]
    load: Callable[[Any, Book, Given], Any]
    decide: Callable[[Any, Any, Given], Decision]
    authority_text: Callable[[Instruction, int], AuthorityText | None] | None
    prelude: Callable[[Instruction, int], tuple[Instruction, ...]] | None
    epilogue: Callable[[Instruction, int], tuple[Instruction, ...]] | None
    id_prefix: str
    also_prefix: str = ""  # another one its ids may have, with the kinds whose own it is


@cache
def operations() -> dict[str, Operation]:
    """Return every operation by kind."""
    found = {}
    for info in pkgutil.iter_modules(cunguan.operations.__path__):
        module = importlib.import_module(f"cunguan.operations.{info.name}")
        if hasattr(module, "KIND"):
            found[module.KIND] = _operation(module)
    return found


def operation(kind: str) -> Operation:
    """Return the operation of a kind."""
    try:
        return operations()[kind]
    except KeyError:
        raise UnknownKind(f"there is no instruction {kind!r}; known are {', '.join(sorted(operations()))}") from None


@cache
def reserved_prefixes() -> dict[str, frozenset[str]]:
    """Return the id prefixes with the kinds they belong to: no other may use an id that begins so.

    What the custodian derives from a source must find its id free: nobody can take it first.
    """
    prefixes = {op.id_prefix for op in operations().values() if op.id_prefix}
    return {
        prefix: frozenset(op.kind for op in operations().values() if prefix in (op.id_prefix, op.also_prefix))
        for prefix in prefixes
    }


def _operation(module: Any) -> Operation:
    return Operation(
        kind=module.KIND,
        version=module.VERSION,
        lane=module.LANE,
        body=module.Body,
        load=module.load,
        decide=module.decide,
        authority_text=getattr(module, "authority_text", None),
        prelude=getattr(module, "prelude", None),
        epilogue=getattr(module, "epilogue", None),
        id_prefix=getattr(module, "ID_PREFIX", ""),
        also_prefix=getattr(module, "ALSO_PREFIX", ""),
    )
