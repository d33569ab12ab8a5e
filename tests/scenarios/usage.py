"""Usage: which kinds of instruction each scenario asks for, by matching its lines with the sentences of the language.

Shape   kinds_by_file(): file name -> kinds. A sentence asks for the kinds its method names, itself or by the methods of
        the script and of the driver that it calls
Reads   the scenarios and the language; nothing is run
"""

import builtins
from collections.abc import Callable
from functools import cache
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

from cunguan.doors.catalogue.read import entries
from cunguan.operations.catalogue import operations
from tests.scenarios.language import _LINE, Script, _sentence, files
from tests.scenarios.world import World

#: how anything is asked: what is asked stands with the caller
NOT_FOLLOWED = frozenset({"ask", "hand_in", "batch", "submit", "sign"})

#: the driver's way to open an account reviews companies as well; persons are not reviewed
OF_COMPANIES = {Script.client: frozenset({"account_review"})}


def kinds_by_file() -> dict[str, list[str]]:
    """Return the kinds that each scenario asks for."""
    found = {}
    for path in files(Path(__file__).parent):
        lines = [line.split("#")[0].strip() for line in path.read_text(encoding="utf-8").splitlines()]
        methods = [_sentence(_said(line)) for line in lines if line]
        kinds = {kind for method in methods if method is not None for kind in kinds_of(method[0])}
        found[path.name] = sorted(_with_what_follows(frozenset(kinds)))
    return found


def _said(line: str) -> str:
    found = _LINE.fullmatch(line)
    assert found is not None
    return found["said"]


@cache
def kinds_of(method: Callable[..., Any]) -> frozenset[str]:
    """Return the kinds that one sentence asks for."""
    words: set[str] = set()
    _read(method, words, set())
    return frozenset(words & operations().keys()) - OF_COMPANIES.get(method, frozenset())


@cache
def _leads_to() -> dict[str, list[str]]:
    return {entry.kind: entry.leads_to for entry in entries()}


def _with_what_follows(kinds: frozenset[str]) -> frozenset[str]:
    """Return kinds with those that are asked for beside them, and beside these."""
    more = kinds | {following for kind in kinds for following in _leads_to()[kind]}
    return more if more == kinds else _with_what_follows(more)


def _read(function: Callable[..., Any], words: set[str], seen: set[CodeType]) -> None:
    """Collect the strings of a function and of those it calls: of its own file, of the script, of the driver."""
    codes = [function.__code__]
    for code in codes:
        if code in seen:
            continue
        seen.add(code)
        codes += [constant for constant in code.co_consts if isinstance(constant, CodeType)]
        words |= {constant for constant in code.co_consts if isinstance(constant, str)}
        for name in code.co_names:
            if name in NOT_FOLLOWED or hasattr(builtins, name):
                continue
            for place in (function.__globals__, *map(vars, (Script, *World.__mro__))):
                inner = place.get(name)
                if isinstance(inner, FunctionType) and inner.__module__.startswith("tests."):
                    _read(inner, words, seen)
