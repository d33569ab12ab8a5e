"""Mutation: how many small mistakes in the money core do the tests find?

When    `python3 run.py mutation [FILE ...]`; no part of `test`, it takes an hour for everything
Does    1. runs the quick tests once and notes which test calls which function, and asks for which statement
        2. for each mutant forks, swaps the function's code in place, runs only the tests that call it, until one fails
Shape   killed: a test failed; survived: all passed; untested: no test calls it. The score is killed of all
Returns exit code 0 when the score is at least the wanted one
Source  lanes.md, the eighth of the tests that guard the write path: >= 95 % killed
"""

import argparse
import contextlib
import importlib
import inspect
import json
import os
import random
import signal
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any, TypeVar

import msgspec
import pytest
from _pytest.runner import runtestprotocol

from cunguan.store import sqlfiles
from tests.mutation.mutants import Mutant, changed_statements, mutants

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src"
SHELVES = ("ledger", "operations")
#: the quick tests first: what they find needs no server
QUICK = [
    "tests/ledger",
    "tests/operations",
    "tests/policy",
    "tests/scenarios",
    "tests/properties/test_known_mistakes.py",
]
DOCTESTS = ["src/cunguan/ledger", "src/cunguan/operations"]
ON_SERVER = ["tests/store/test_twins.py", "tests/plane"]
SECONDS = 120
MOST_TESTS = 200
OPTIONS = ["-q", "--no-header", "--no-summary", "-p", "no:cacheprovider", "-p", "no:randomly", "-W", "ignore"]

T = TypeVar("T")


class Outcome(msgspec.Struct):
    """What became of the mutants."""

    killed: int = 0
    survived: list[str] = msgspec.field(default_factory=list)
    untested: list[str] = msgspec.field(default_factory=list)

    @property
    def total(self) -> int:
        """How many there were."""
        return self.killed + len(self.survived) + len(self.untested)

    @property
    def score(self) -> float:
        """The part that was killed, in percent."""
        return 100 * self.killed / self.total if self.total else 100.0


# ── which test calls what ────────────────────────────────────────────────────
def equivalents() -> dict[str, str]:
    """Return the mutants that nobody can tell from the code, each with the reason; lines of equivalent.txt."""
    lines = (ROOT / "tests" / "mutation" / "equivalent.txt").read_text("utf-8").splitlines()
    read = [line.partition(" | ") for line in lines if line and not line.startswith("#")]
    return {name: why for name, _, why in read}


class Watched:
    """Which functions and statements each test uses, and how long it takes."""

    def __init__(self) -> None:
        self.items: dict[str, pytest.Item] = {}
        self.of: dict[tuple[str, str, int], dict[str, None]] = defaultdict(dict)
        self.statements: dict[str, dict[str, None]] = defaultdict(dict)
        self.seconds: dict[str, float] = {}
        self._seen: set[CodeType] = set()
        self._codes: dict[CodeType, bool] = {}

    def run(self, item: pytest.Item, following: pytest.Item) -> bool:
        """Run one test and note what it calls; False when it fails, or is skipped and proves nothing."""
        self._seen.clear()
        asked: set[str] = set()
        first = sqlfiles.statement

        def noted(name: str) -> str:
            asked.add(name)
            return first(name)

        began = time.monotonic()
        with _statement_is(noted):
            sys.setprofile(self._profile)
            threading.setprofile(self._profile)
            try:
                reports = runtestprotocol(item, log=False, nextitem=following)
            finally:
                sys.setprofile(None)
                threading.setprofile(None)
        if any(report.skipped for report in reports):
            return True
        self.items[item.nodeid] = item
        self.seconds[item.nodeid] = time.monotonic() - began
        for code in self._seen:
            self.of[code.co_filename, code.co_qualname, code.co_firstlineno][item.nodeid] = None
        for name in asked:
            self.statements[name][item.nodeid] = None
        return not any(report.failed for report in reports)

    def _profile(self, frame: Any, event: str, _: Any) -> None:
        if event == "call":
            code = frame.f_code
            if self._codes.setdefault(code, "/src/cunguan/" in code.co_filename):
                self._seen.add(code)


class Session:
    """A pytest plugin: tests are collected once, watched once, and run again in forks; servers they share stay up."""

    def __init__(self, work: Callable[[Watched], None]) -> None:
        self._work = work
        self.failed: list[str] = []

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Watch all tests, then do the work."""
        watched = Watched()
        items = [item for item in session.items if "system" not in item.nodeid]
        for item, following in zip(items, [*items[1:], items[0]], strict=True):
            if not watched.run(item, following):
                self.failed.append(item.nodeid)
        if not self.failed:
            self._work(watched)
        return True


def with_tests(tests: Sequence[str], work: Callable[[Watched], None]) -> None:
    """Collect tests, watch them, and do some work with them."""
    session = Session(work)
    pytest.main([*OPTIONS, "-m", "not soak", *tests], plugins=[session])
    if session.failed:
        sys.exit(f"these tests do not pass unchanged, so mutants would prove nothing: {session.failed[:5]}")


@contextlib.contextmanager
def _statement_is(other: Any) -> Iterator[None]:
    """Give every module that reads statements another reader."""
    users = [
        module for module in list(sys.modules.values()) if getattr(module, "statement", None) is sqlfiles.statement
    ]
    kept = sqlfiles.statement
    for module in users:
        module.statement = other  # type: ignore[attr-defined]  # it has one
    try:
        yield
    finally:
        for module in users:
            module.statement = kept  # type: ignore[attr-defined]  # it has one


# ── one mutant ───────────────────────────────────────────────────────────────
def is_killed(swap: Callable[[], None], items: Sequence[pytest.Item]) -> bool:
    """Fork, swap, run the tests; True when one fails, or they do not end in time."""
    child = os.fork()
    if child == 0:
        signal.alarm(SECONDS)
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, 1)
        os.dup2(null, 2)
        with contextlib.suppress(BaseException):
            os.setpgrp()
            swap()
            for item, following in zip(items, [*items[1:], items[0]], strict=True):
                if any(report.failed for report in runtestprotocol(item, log=False, nextitem=following)):
                    os._exit(1)
            os._exit(0)
        os._exit(1)
    _, status = os.waitpid(child, 0)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child, signal.SIGKILL)
    return status != 0


def swap_function(module: ModuleType, mutant: Mutant) -> None:
    """Put the mutant's code into the function that everybody has imported already."""
    made = ModuleType(module.__name__)
    made.__file__ = module.__file__
    exec(compile(mutant.tree, str(module.__file__), "exec"), made.__dict__)  # noqa: S102 - our own source, changed by us
    target, source = _function(module, mutant.function), _function(made, mutant.function)
    target.__code__ = source.__code__
    target.__defaults__, target.__kwdefaults__ = source.__defaults__, source.__kwdefaults__


def _function(module: ModuleType, name: str) -> FunctionType:
    found: Any = module
    for part in name.split("."):
        found = inspect.getattr_static(found, part)
    while not isinstance(found, FunctionType):
        found = getattr(found, "__func__", None) or getattr(found, "fget", None) or found.__wrapped__
    return found


def tests_of(watched: Watched, module: ModuleType, function: str) -> list[str]:
    """Return the tests that call a function: those of its own file first, the quickest first."""
    try:
        code = _function(module, function).__code__
    except AttributeError:
        return []
    found = watched.of.get((code.co_filename, code.co_qualname, code.co_firstlineno), {})
    own = f"test_{module.__name__.rpartition('.')[2]}.py"
    return sorted(found, key=lambda test: (own not in test, watched.seconds[test]))[:MOST_TESTS]


# ── all of them ──────────────────────────────────────────────────────────────
def python_files(asked: Sequence[str]) -> list[Path]:
    """Return the files to change, relative to src."""
    if asked:
        return [Path(name).resolve().relative_to(SOURCE) for name in asked if name.endswith(".py")]
    found = [file for shelf in SHELVES for file in sorted((SOURCE / "cunguan" / shelf).rglob("*.py"))]
    return [file.relative_to(SOURCE) for file in found]


def of_python(files: Sequence[Path], sample: int, seed: int, outcome: Outcome) -> None:
    """Try the mutants of Python files."""
    known = equivalents()
    made = [mutant for file in files for mutant in mutants(file, SOURCE) if mutant.key not in known]
    found = _drawn(made, sample, seed)

    def work(watched: Watched) -> None:
        for number, mutant in enumerate(found, 1):
            module = importlib.import_module(".".join(mutant.file.with_suffix("").parts).removesuffix(".__init__"))
            tests = tests_of(watched, module, mutant.function)
            _note(outcome, mutant.name, [watched.items[test] for test in tests], partial(swap_function, module, mutant))
            _progress(number, len(found), outcome)

    with_tests([*QUICK, *DOCTESTS], work)


def of_statements(asked: Sequence[str], sample: int, seed: int, outcome: Outcome) -> None:
    """Try the changed statements of store/sql, on servers."""
    folder = SOURCE / "cunguan" / "store" / "sql"
    names = [Path(name).stem for name in asked if name.endswith(".sql")] or sorted(
        file.stem for file in folder.glob("*.sql")
    )
    found = [(name, *one) for name in names for one in changed_statements((folder / f"{name}.sql").read_text("utf-8"))]
    found = _drawn(found, sample, seed)

    def work(watched: Watched) -> None:
        for number, (name, what, text) in enumerate(found, 1):
            tests = sorted(watched.statements.get(name, {}), key=watched.seconds.__getitem__)[:MOST_TESTS]
            _note(
                outcome, f"{name}.sql {what}", [watched.items[test] for test in tests], partial(swap_text, name, text)
            )
            _progress(number, len(found), outcome)

    with_tests(ON_SERVER, work)


def swap_text(name: str, text: str) -> None:
    """Let a statement be another from now on."""
    first = sqlfiles.statement
    _statement_is(lambda asked: text if asked == name else first(asked)).__enter__()


def _drawn(found: list[T], sample: int, seed: int) -> list[T]:
    return random.Random(seed).sample(found, sample) if 0 < sample < len(found) else found


def _note(outcome: Outcome, name: str, items: Sequence[pytest.Item], swap: Callable[[], None]) -> None:
    if not items:
        outcome.untested.append(name)
    elif is_killed(swap, items):
        outcome.killed += 1
    else:
        outcome.survived.append(name)


def _progress(done: int, total: int, outcome: Outcome) -> None:
    if done % 50 == 0 or done == total:
        print(f"{done} of {total}, {outcome.score:.1f} % killed", file=sys.stderr, flush=True)


def main(argv: Sequence[str]) -> int:
    """Try what is asked and say what survived."""
    parser = argparse.ArgumentParser(
        prog="mutation", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument(
        "files", nargs="*", help="files under src/cunguan to change; without one: ledger, operations, store/sql"
    )
    parser.add_argument("--sample", type=int, default=0, help="so many, drawn by seed; 0: all")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", choices=("python", "sql"), help="only the one or the other")
    parser.add_argument("--want", type=float, default=95.0, help="percent to be killed")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args(argv)
    outcome = Outcome()
    kinds = {name.rpartition(".")[2] for name in asked.files}
    if asked.only != "sql" and (not kinds or "py" in kinds):
        of_python(python_files(asked.files), asked.sample, asked.seed, outcome)
    if asked.only != "python" and (not kinds or "sql" in kinds):
        of_statements(asked.files, asked.sample, asked.seed, outcome)
    report = {"killed": outcome.killed, "total": outcome.total, "score": round(outcome.score, 1),
              "survived": outcome.survived, "untested": outcome.untested}  # fmt: skip
    print(json.dumps(report, indent=1, ensure_ascii=False) if asked.json else _told(outcome))
    return 0 if outcome.score >= asked.want else 1


def _told(outcome: Outcome) -> str:
    lines = [f"survived  {name}" for name in outcome.survived] + [f"untested  {name}" for name in outcome.untested]
    return "\n".join([*lines, f"{outcome.killed} of {outcome.total} killed: {outcome.score:.1f} %"])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
