"""The import rule: it holds, and each contract is seen to fail when it is broken on purpose."""

import configparser
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "cunguan"

LAYERS = "Layers"
PURE = "Kernel, shelves and operations are pure"
HANDS = "Plane, store and channels know no Django"
PROVE = "Prove checks with code of its own"
CONTRACTS = (LAYERS, PURE, HANDS, PROVE)

# in package      this line                               breaks
BREAKS = """
kernel            import cunguan.ledger                   Layers
ledger            import cunguan.states                   Layers
states            import cunguan.policy                   Layers
policy            import cunguan.operations               Layers
operations        import cunguan.store                    Layers
store             import cunguan.channels                 Layers
channels          import cunguan.keys                     Layers
keys              import cunguan.plane                    Layers
plane             import cunguan.desks                    Layers
desks             import cunguan.plane                    Layers
prove             import cunguan.plane                    Layers
desks             import cunguan.doors                    Layers
doors             import cunguan.config                   Layers
kernel            import os                               Kernel, shelves and operations are pure
kernel            from pathlib import Path                Kernel, shelves and operations are pure
ledger            import random                           Kernel, shelves and operations are pure
ledger            import psycopg                          Kernel, shelves and operations are pure
states            import django                           Kernel, shelves and operations are pure
policy            import time                             Kernel, shelves and operations are pure
policy            import urllib.request                   Kernel, shelves and operations are pure
operations        import nacl.signing                     Kernel, shelves and operations are pure
operations        import socket                           Kernel, shelves and operations are pure
operations        import secrets                          Kernel, shelves and operations are pure
plane             import django.conf                      Plane, store and channels know no Django
store             from django.db import models            Plane, store and channels know no Django
channels          import django                           Plane, store and channels know no Django
prove             import cunguan.ledger                   Prove checks with code of its own
prove             import cunguan.states                   Prove checks with code of its own
prove             import cunguan.policy                   Prove checks with code of its own
prove             import cunguan.operations               Prove checks with code of its own
prove             import cunguan.store                    Prove checks with code of its own
prove             import cunguan.plane                    Prove checks with code of its own
prove             import django                           Prove checks with code of its own
"""

LINES = [(line[:18].strip(), line[18:58].strip(), line[58:].strip()) for line in BREAKS.strip().splitlines()]
MODULE = "broken_on_purpose_"


def lint(source: Path) -> subprocess.CompletedProcess[str]:
    """Run the linter with this repository's contracts on the package under `source`."""
    call = "import sys; from importlinter.cli import lint_imports_command; lint_imports_command()"
    return subprocess.run(
        [sys.executable, "-c", call, "--config", str(ROOT / ".importlinter"), "--no-cache"],
        cwd=source,
        env=os.environ | {"PYTHONPATH": str(source), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def broken() -> Iterator[dict[str, str]]:
    """What the linter says of each contract when all lines above, and a package in no layer, stand in a copy at once."""
    with TemporaryDirectory() as folder:
        package = Path(folder) / "cunguan"
        shutil.copytree(PACKAGE, package, ignore=shutil.ignore_patterns("__pycache__"))
        (package / "attic").mkdir()
        (package / "attic" / "__init__.py").write_text('"""In no layer."""\n')
        for number, (where, offence, _) in enumerate(LINES):
            (package / where / f"{MODULE}{number}.py").write_text(f"{offence}\n")
        answer = lint(package.parent)
    assert answer.returncode == 1
    _, *parts = re.split(rf"^({'|'.join(map(re.escape, CONTRACTS))})\n-+\n", answer.stdout, flags=re.MULTILINE)
    yield dict(zip(parts[::2], parts[1::2], strict=True))


def test_the_tree_keeps_every_contract() -> None:
    answer = lint(PACKAGE.parent)
    assert answer.returncode == 0, answer.stdout
    for contract in CONTRACTS:
        assert f"{contract} KEPT" in answer.stdout


@pytest.mark.parametrize("number", range(len(LINES)), ids=lambda number: " ".join(LINES[number]))
def test_the_contract_fails_when_broken(broken: dict[str, str], number: int) -> None:
    package, offence, contract = LINES[number]
    named = re.escape(offence.split()[1])
    if contract == LAYERS:
        named += r"(\.\S+)?"  # a package may be imported by any part of it
    else:
        named = named.partition(r"\.")[0] if not named.startswith("cunguan") else named
    assert re.search(rf"cunguan\.{package}\.{MODULE}{number} -> {named}\b", broken[contract]), broken[contract]


def test_a_package_that_stands_in_no_layer_fails(broken: dict[str, str]) -> None:
    assert "attic" in broken[LAYERS]


def test_the_lists_of_the_contracts_name_every_package_they_must() -> None:
    """Only the layers are exhaustive by themselves: a new shelf must be added to the others' lists by hand."""
    contracts = configparser.ConfigParser()
    contracts.read(ROOT / ".importlinter")
    packages = {f"cunguan.{path.parent.name}" for path in PACKAGE.glob("*/__init__.py")}
    layers = contracts["importlinter:contract:layers"]["layers"].split()
    above = {f"cunguan.{name}" for name in layers[: layers.index("operations")] if name != "|"}
    assert set(contracts["importlinter:contract:pure"]["source_modules"].split()) == packages - above
    forbidden = {name for name in contracts["importlinter:contract:prove"]["forbidden_modules"].split() if "." in name}
    assert forbidden == packages - {"cunguan.kernel", "cunguan.prove"}
