"""The docs: links lead somewhere, names are names of the code, and no kind, template or machine is missing.

A name is what stands in back quotes with an underscore in it, or after `Code.`; a path is what stands there with a
slash. Design papers that docstrings cite are not in this repository, so `design/...` is no path of ours.
"""

import ast
import re
import shlex
from argparse import ArgumentParser
from functools import cache
from pathlib import Path

import pytest

from cunguan.doors.cli.main import parser
from cunguan.kernel.codes import Code
from cunguan.operations.catalogue import operations
from cunguan.states import MACHINES

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "cunguan"
DOCS = sorted([*ROOT.glob("*.md"), *ROOT.glob("changes/*.md"), *ROOT.glob("docs/**/*.md")])
NAMED_IN = ("GLOSSARY.md", "docs/architecture.md")

LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
BLOCK = re.compile(r"^ *```.*?^ *```$", re.MULTILINE | re.DOTALL)
QUOTED = re.compile(r"`([^`\n]+)`")
NAME = re.compile(r"(?<![\w.<>-])_?[a-z][a-z0-9]*(?:_[a-z0-9]+)+(?![\w<>-])")
CODE = re.compile(r"\bCode\.(\w+)")
PATH = re.compile(r"(?<![\w<./:-])[\w.-]+(?:/[\w.-]+)*/[\w.-]*(?![\w<*/])")
NOT_OURS = ("design/", ".venv/", "./.cunguan")  # papers, and what running makes
HEADINGS = ["Decision", "Why", "What we gave up", "How we would notice it was wrong"]

EACH = pytest.mark.parametrize("doc", DOCS, ids=lambda doc: str(doc.relative_to(ROOT)))


def text_of(doc: Path) -> str:
    """Return a page without its blocks of code and pictures."""
    return BLOCK.sub("", doc.read_text(encoding="utf-8"))


@cache
def anchors(doc: Path) -> set[str]:
    """Return what a link may point to in a page, as forges make it of headings."""
    heads = re.findall(r"^#+ (.+)$", text_of(doc), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


def dead_links(doc: Path, text: str) -> list[str]:
    """Return the relative links of a text that lead nowhere."""
    dead = []
    for link in LINK.findall(text):
        if re.match(r"[a-z]+:", link):
            continue
        name, _, anchor = link.partition("#")
        target = (doc.parent / name).resolve() if name else doc
        if not target.is_relative_to(ROOT) or not target.exists() or (anchor and anchor not in anchors(target)):
            dead.append(link)
    return dead


@cache
def words_of_the_code() -> frozenset[str]:
    """Return every word of the program and of what runs and tests it; comments count, they name the field's words."""
    files = [ROOT / "run.py", *SOURCE.rglob("*.py"), *SOURCE.rglob("*.sql"), *(ROOT / "tests").rglob("*.py")]
    own = Path(__file__)
    return frozenset(word for file in files if file != own for word in re.findall(r"\w+", file.read_text("utf-8")))


def unknown_names(text: str) -> list[str]:
    """Return the names in back quotes that the code does not have."""
    quoted = " ".join(part for part in QUOTED.findall(text) if not PATH.search(part))
    missing = {name for name in NAME.findall(quoted) if name not in words_of_the_code()}
    missing |= {f"Code.{name}" for name in CODE.findall(text) if name not in Code.__members__}
    return sorted(missing)


def missing_paths(text: str) -> list[str]:
    """Return the paths in back quotes that are neither in the repository nor in the package."""
    found = {path for quoted in QUOTED.findall(text) for path in PATH.findall(quoted) if not path.startswith(NOT_OURS)}
    return sorted(path for path in found if not (ROOT / path).exists() and not (SOURCE / path).exists())


def templates() -> set[str]:
    """Return the files of ledger/templates and the functions in them that post."""
    files = [file for file in (SOURCE / "ledger" / "templates").glob("*.py") if file.stem != "__init__"]
    trees = [ast.parse(file.read_text(encoding="utf-8")) for file in files]
    functions = {node.name for tree in trees for node in tree.body if isinstance(node, ast.FunctionDef)}
    return {file.stem for file in files} | {name for name in functions if not name.startswith("_")}


def unnamed(names: set[str]) -> list[str]:
    """Return the names that stand in back quotes neither in the glossary nor in the architecture."""
    known = {quoted for page in NAMED_IN for quoted in QUOTED.findall(text_of(ROOT / page))}
    return sorted(names - known)


@EACH
def test_every_relative_link_leads_somewhere(doc: Path) -> None:
    assert dead_links(doc, text_of(doc)) == []


@pytest.mark.parametrize(
    ("link", "leads"),
    [
        ("README.md", True),
        ("docs/adr/README.md", True),
        ("docs/architecture.md#threads-of-the-plane", True),
        ("#for-whom", True),
        ("https://example.com/nowhere", True),
        ("docs/architecture.md#threads-of-the-moon", False),
        ("docs/nowhere.md", False),
        ("../outside.md", False),
    ],
)
def test_a_dead_link_is_told_from_a_living_one(link: str, leads: bool) -> None:
    assert dead_links(ROOT / "README.md", f"see [there]({link})") == ([] if leads else [link])


@EACH
def test_every_name_in_back_quotes_is_a_name_of_the_code(doc: Path) -> None:
    assert unknown_names(text_of(doc)) == []


@pytest.mark.parametrize("name", ["lane_" + "paused", "Code.lane_" + "paused", "balance_" + "fix(lane, account)"])
def test_a_name_the_code_does_not_have_is_seen(name: str) -> None:
    assert unknown_names(f"callers hear `{name}`")


@pytest.mark.parametrize("code", [code.name for code in Code if "_" in code.name])
def test_every_code_may_be_named(code: str) -> None:
    assert unknown_names(f"`{code}` and Code.{code}") == []


@EACH
def test_every_path_in_back_quotes_exists(doc: Path) -> None:
    assert missing_paths(text_of(doc)) == []


@pytest.mark.parametrize(
    ("quoted", "exists"),
    [
        ("src/cunguan/ledger/chart.py", True),
        ("ledger/templates/", True),
        ("design/lanes.md", True),  # a paper, not a file of ours
        ("<id>:limit:<lane>", True),
        ("python3 run.py demo", True),
        ("ledger/tables/", False),
        ("tests/ledger/test_nothing.py", False),
    ],
)
def test_a_path_that_does_not_exist_is_seen(quoted: str, exists: bool) -> None:
    assert (missing_paths(f"in `{quoted}`") == []) is exists


def test_every_operation_is_named() -> None:
    assert unnamed(set(operations())) == []


def test_every_posting_template_is_named() -> None:
    assert unnamed(templates()) == []


def test_every_state_machine_is_named() -> None:
    assert unnamed(set(MACHINES)) == []


def test_the_state_machines_begin_as_the_glossary_says() -> None:
    rows = re.findall(r"^\| [^|`]+ \| `(\w+)` \| (\w+) \| (?:yes|no)", text_of(ROOT / "GLOSSARY.md"), re.MULTILINE)
    assert dict(rows) == {name: machine.initial for name, machine in MACHINES.items()}


def test_a_name_that_stands_nowhere_is_seen() -> None:
    assert unnamed({"bid_hold", "bid_" + "swap"}) == ["bid_" + "swap"]


@pytest.mark.parametrize("page", ["README.md", "README.zh-CN.md", "CONTRIBUTING.md"])
def test_the_commands_of_the_page_exist_in_run_py_and_in_the_makefile(page: str) -> None:
    usage = set(re.findall(r"^  ([a-z]+) ", (ROOT / "run.py").read_text(encoding="utf-8"), re.MULTILINE))
    makefile = re.search(r"^\.PHONY: (.+)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert makefile is not None
    asked = set(re.findall(r"(?:python3 run\.py|`make) ([a-z]+)", (ROOT / page).read_text(encoding="utf-8")))
    assert asked >= ({"test"} if page == "CONTRIBUTING.md" else {"demo", "test"})
    assert asked <= usage and asked <= set(makefile[1].split())


@cache
def whole_parser() -> ArgumentParser:
    return parser()


@EACH
def test_the_verbs_of_the_command_line_exist(doc: Path) -> None:
    known = next(set(action.choices) for action in whole_parser()._actions if action.choices)
    assert set(re.findall(r"`cunguan ([a-z-]+)", doc.read_text(encoding="utf-8"))) <= known


def lines_to_type(text: str) -> list[str]:
    """Return the lines of a page's blocks that call the program whole: without `…`, pipes and comments."""
    blocks = "".join(BLOCK.findall(text)).replace("\\\n", " ")
    lines = re.findall(r"^ *(?:\$ )?(cunguan .*)", blocks, re.MULTILINE)
    return [re.split(r" [|<>] ", re.sub(r"\$\([^)]*\)", "DAY", line))[0] for line in lines if "…" not in line]


def does_parse(line: str) -> bool:
    try:
        whole_parser().parse_args(shlex.split(line, comments=True)[1:])
    except SystemExit as left:
        return not left.code
    return True


@EACH
def test_every_line_to_type_is_taken_by_the_program(doc: Path) -> None:
    assert [line for line in lines_to_type(doc.read_text(encoding="utf-8")) if not does_parse(line)] == []


@pytest.mark.parametrize(
    ("line", "taken"),
    [
        ("cunguan break list --json  # all", True),
        ("cunguan inbox show 12 | head", True),
        ("cunguan inbox show twelve", False),
        ("cunguan break close 1:x --note n", False),
        ("cunguan reconcile", False),
    ],
)
def test_a_line_that_the_program_does_not_take_is_seen(line: str, taken: bool) -> None:
    assert [does_parse(one) for one in lines_to_type(f"```\n{line}\n```\n")] == [taken]


def decisions() -> list[Path]:
    return sorted(path for path in (ROOT / "docs" / "adr").glob("*.md") if path.name != "README.md")


@pytest.mark.parametrize("page", decisions(), ids=lambda page: page.stem)
def test_a_decision_has_its_four_parts_on_one_page(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == HEADINGS
    assert text.startswith(f"# {page.name[:4]} ")
    assert len(text.splitlines()) <= 60
    assert f"]({page.name})" in (page.parent / "README.md").read_text(encoding="utf-8")


def test_the_decisions_are_numbered_without_a_gap() -> None:
    assert [int(page.name[:4]) for page in decisions()] == list(range(1, len(decisions()) + 1))
