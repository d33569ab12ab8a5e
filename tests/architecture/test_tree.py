"""The tree: nothing in it belongs to one machine, and the shelves are as pure as they say."""

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PURE = ("kernel", "ledger", "states", "policy", "risk", "reconciliation", "transparency", "formats", "operations")
PURE_FILES = sorted(file for name in PURE for file in (ROOT / "src" / "cunguan" / name).rglob("*.py"))

# The names are put together here, so that this file does not hold what it forbids.
REGISTRIES = tuple(
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("npmjs", "org"),
        ("npmjs", "com"),
        ("yarnpkg", "com"),
        ("unpkg", "com"),
        ("jsdelivr", "net"),
        ("crates", "io"),
        ("rubygems", "org"),
        ("proxy", "golang", "org"),
        ("conda", "anaconda", "org"),
        ("deb", "debian", "org"),
        ("security", "debian", "org"),
        ("archive", "ubuntu", "com"),
        ("ghcr", "io"),
        ("quay", "io"),
    )
)
REGISTRY = re.compile("|".join(map(re.escape, REGISTRIES)) + r"|--(?:extra-)?index-url[ =]+\S+://", re.IGNORECASE)
# A folder under a home, a temporary folder or a checkout: one machine has it. The bare names of such folders may stand.
PLACES = "|".join(("root", "home", "Users", "tmp", "var/tmp", "var/folders", "work", "workspace", "builds", "mnt"))
PATH_OF_A_MACHINE = re.compile(rf"(?<![\w.$}}>/~*-])/(?:{PLACES})/[\w.-]")


def tracked() -> list[Path]:
    """Return the files git tracks, or skip saying that this is no checkout."""
    listing = ["git", "-c", "safe.directory=*", "ls-files", "-z"]
    try:
        answer = subprocess.run(listing, cwd=ROOT, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        pytest.skip("git is not installed: what is tracked cannot be told")
    if answer.returncode != 0:
        pytest.skip("this is not a git checkout: what is tracked cannot be told")
    return [ROOT / name for name in answer.stdout.split("\0") if name and (ROOT / name).is_file()]


def lines_of(file: Path) -> list[tuple[int, str]]:
    return list(enumerate(file.read_bytes().decode(errors="replace").splitlines(), 1))


def found(pattern: re.Pattern[str]) -> list[str]:
    """Return every line of a tracked file in which `pattern` is found, as file:line: text."""
    return [
        f"{file.relative_to(ROOT)}:{number}: {line.strip()[:120]}"
        for file in tracked()
        for number, line in lines_of(file)
        if pattern.search(line)
    ]


def test_no_tracked_file_holds_the_address_of_a_package_registry() -> None:
    assert found(REGISTRY) == []


def test_no_tracked_file_holds_a_path_of_one_machine() -> None:
    assert found(PATH_OF_A_MACHINE) == []


@pytest.mark.parametrize(
    ("line", "is_one"),
    [
        ("see /" + "home/li/cunguan", True),
        ("'/" + "tmp/pytest-of-li/x'", True),
        ("/" + "root/.cache", True),
        ("prefix=/" + "work/main", True),
        ("/" + "Users/li/x", True),
        ('Path("/tmp")', False),
        ("docs/home/index.md", False),
        ("$CUNGUAN_HOME/tmp/x", False),
        ("https://example.com/home/x", False),
    ],
)
def test_a_path_of_one_machine_is_told_from_others(line: str, is_one: bool) -> None:
    assert bool(PATH_OF_A_MACHINE.search(line)) is is_one


@pytest.mark.parametrize("registry", REGISTRIES)
def test_the_address_of_a_registry_is_seen(registry: str) -> None:
    assert REGISTRY.search(f"https://{registry}/simple")


def test_no_lock_file_is_tracked() -> None:
    assert [str(file.relative_to(ROOT)) for file in tracked() if file.suffix == ".lock"] == []


def test_the_requirements_are_pinned_and_hashed_and_no_more_than_the_project_says() -> None:
    for name in ("core", "test"):
        text = (ROOT / "requirements" / f"{name}.txt").read_text()
        pins = [line for line in text.splitlines() if line and not line.startswith((" ", "#"))]
        assert pins and all(re.match(r"[a-z0-9._-]+==\S+", pin) for pin in pins)
        assert text.count("--hash=sha256:") >= len(pins)
    wanted = {line for line in (ROOT / "requirements" / "core.in").read_text().splitlines() if not line.startswith("#")}
    project = (ROOT / "pyproject.toml").read_text()
    declared = re.search(r"^dependencies = \[\n(.*?)^\]", project, re.MULTILINE | re.DOTALL)
    assert declared is not None
    assert set(re.findall(r'^ *"(.*)",$', declared[1], re.MULTILINE)) == wanted


@pytest.mark.parametrize("file", PURE_FILES, ids=lambda file: str(file.relative_to(ROOT / "src")))
def test_every_module_of_the_shelves_says_what_it_is(file: Path) -> None:
    assert ast.get_docstring(ast.parse(file.read_text(encoding="utf-8")))


CLOCK = re.compile(r"\b(?:(?:datetime|date)\.(?:now|utcnow|today)|time\.(?:time|monotonic|time_ns|perf_counter))\b")


@pytest.mark.parametrize("file", PURE_FILES, ids=lambda file: str(file.relative_to(ROOT / "src")))
def test_no_module_of_the_shelves_reads_a_clock(file: Path) -> None:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    names = [ast.unparse(node) for node in ast.walk(tree) if isinstance(node, ast.Attribute)]
    assert [name for name in names if CLOCK.search(name)] == []


@pytest.mark.parametrize("name", ["datetime.now", "date.today", "time.time", "datetime.datetime.now"])
def test_a_clock_is_seen(name: str) -> None:
    assert CLOCK.search(name)
