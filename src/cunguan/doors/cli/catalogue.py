"""`cunguan catalogue` (指令目录): the page of all instructions, generated from the code, in English and in Chinese.

When    a developer has added or changed a kind; the tests, which fail when the page is stale
Returns 0 written, or as it should be · 1 stale, or not in a checkout · 2 wrong usage
Units   --json prints one object: a list of the entries of doors/catalogue/read.py
"""

import argparse
import importlib
import sys
from pathlib import Path
from typing import Any

import msgspec

from cunguan.doors.catalogue.codes_page import code_pages
from cunguan.doors.catalogue.page import Words, page
from cunguan.doors.catalogue.read import entries

PAGES = {"en": "instructions.md", "zh": "instructions.zh-CN.md"}
WORDS = "instructions.words.json"


def add_parser(subparsers: Any) -> None:
    """Register `catalogue`."""
    verb = subparsers.add_parser(
        "catalogue", help="list every kind of instruction; write or check docs/instructions.md and docs/codes.md"
    )
    verb.set_defaults(run=run)
    verb.add_argument("--root", metavar="DIR", type=Path, default=Path(), help="the checkout (here)")
    act = verb.add_mutually_exclusive_group()
    act.add_argument("--write", action="store_true", help="write the pages of both languages")
    act.add_argument("--check", action="store_true", help="say whether the pages are as they would be written")
    act.add_argument("--json", action="store_true", help="print one JSON object")


def run(arguments: argparse.Namespace, wiring: Any) -> int:
    """List, write or check."""
    if arguments.json:
        print(msgspec.json.encode(entries()).decode())
        return 0
    if not (arguments.write or arguments.check):
        print("\n".join(f"{entry.kind:<28} {entry.zh:<12} {entry.says}" for entry in entries()))
        return 0
    docs = arguments.root / "docs"
    if not (docs / WORDS).exists():
        print(f"cunguan catalogue: {docs / WORDS} is not there; this works in a checkout", file=sys.stderr)
        return 1
    found = pages(arguments.root)
    stale = [name for name, text in found.items() if _read(docs / name) != text]
    if arguments.write:
        for name in stale:
            (docs / name).write_text(found[name], encoding="utf-8")
    print("\n".join(f"{'written' if arguments.write else 'stale'}: docs/{name}" for name in stale) or "up to date")
    return 1 if stale and arguments.check else 0


def pages(root: Path) -> dict[str, str]:
    """Return the text of each page, by its file's name."""
    words = msgspec.json.decode((root / "docs" / WORDS).read_bytes(), type=dict[str, Words])
    found, usage = entries(), _usage(root)
    return {name: page(found, usage, words[language]) for language, name in PAGES.items()} | code_pages()


def _usage(root: Path) -> dict[str, list[str]]:
    # The scenarios belong to the tests of the checkout, which the package does not know.
    sys.path.insert(0, str(root.resolve()))
    try:
        return dict(importlib.import_module("tests.scenarios.usage").kinds_by_file())
    finally:
        sys.path.pop(0)


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""
