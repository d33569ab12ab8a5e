"""The import rule: it holds, and each contract is seen to fail when it is broken on purpose."""

import configparser
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "cunguan"

LAYERS = "Layers"
PURE = "Kernel, shelves and operations are pure"
HANDS = "Plane, store and channels know no Django"
PROVE = "Prove checks with code of its own"

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
def broken_tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the package, whose files a test may break one at a time."""
    source = tmp_path_factory.mktemp("src")
    shutil.copytree(PACKAGE, source / "cunguan", ignore=shutil.ignore_patterns("__pycache__"))
    return source


def test_the_tree_keeps_every_contract() -> None:
    answer = lint(PACKAGE.parent)
    assert answer.returncode == 0, answer.stdout
    for contract in (LAYERS, PURE, HANDS, PROVE):
        assert f"{contract} KEPT" in answer.stdout


@pytest.mark.parametrize("line", BREAKS.strip().splitlines(), ids=lambda line: " ".join(line.split()))
def test_the_contract_fails_when_broken(broken_tree: Path, line: str) -> None:
    package, offence, contract = line[:18].strip(), line[18:58].strip(), line[58:].strip()
    module = broken_tree / "cunguan" / package / "broken_on_purpose.py"
    module.write_text(f"{offence}\n")
    try:
        answer = lint(broken_tree)
    finally:
        module.unlink()
    assert answer.returncode == 1
    assert f"{contract} BROKEN" in answer.stdout
    assert f"cunguan.{package}.broken_on_purpose" in answer.stdout


def test_a_package_that_stands_in_no_layer_fails(broken_tree: Path) -> None:
    package = broken_tree / "cunguan" / "attic"
    package.mkdir()
    (package / "__init__.py").write_text('"""In no layer."""\n')
    try:
        answer = lint(broken_tree)
    finally:
        shutil.rmtree(package)
    assert answer.returncode == 1
    assert f"{LAYERS} BROKEN" in answer.stdout and "attic" in answer.stdout


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
