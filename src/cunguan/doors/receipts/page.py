"""Page (核验网页): the one file by which anybody checks receipts in a browser, put together from the files beside it.

When    `cunguan receipt page`, and the door at /verify
Shape   HTML with its style and script in it, both named by their hashes in its own policy: it loads nothing and can send nothing
        BAKED: keys and policy that are fixed in the page; what a reader pastes goes before
Returns text; touches nothing
Source  WebCrypto (SHA-256, HMAC, Ed25519); CSP level 3; WCAG 2.2; ADR 0040
"""

import base64
import hashlib
import importlib
import json
import pkgutil
from collections.abc import Iterator
from functools import cache
from importlib import resources
from typing import Final

import cunguan.operations
from cunguan.doors.catalogue.read import TITLE
from cunguan.doors.papers.words import ACCOUNTS
from cunguan.doors.receipts.words import WORDS
from cunguan.kernel.currency import EXPONENT
from cunguan.ledger.chart import CHART
from cunguan.transparency.receipt import CHECKS

SCRIPTS: Final = ("bytes", "note", "receipt", "chain", "liabilities", "show", "main")
_FOLDER: Final = resources.files("cunguan.doors.receipts") / "web"


@cache
def page(policy: str = "", log: str = "", custodian: str = "") -> str:
    """Return the page with these keys in it."""
    style, script = (
        _part("verify.css"),
        f"{_tables()}{_const('BAKED', {'policy': policy, 'log': log, 'custodian': custodian})}{_scripts()}",
    )
    html = _part("verify.html").replace("{{csp}}", csp(style, script)).replace("{{style}}", style)
    return html.replace("{{script}}", script)


def csp(style: str, script: str) -> str:
    """Return the page's policy: its own style and script, and nothing else from anywhere."""
    return (
        f"default-src 'none'; script-src 'sha256-{_hash(script)}'; style-src 'sha256-{_hash(style)}'; base-uri 'none'; "
        "form-action 'none'"
    )


def headers() -> dict[str, str]:
    """Return the headers under which a door serves the page without keys."""
    html = page()
    policy = html.partition('http-equiv="Content-Security-Policy" content="')[2].partition('"')[0]
    return {
        "Content-Security-Policy": f"{policy}; frame-ancestors 'none'",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "public, max-age=300",
    }


@cache
def _scripts() -> str:
    return "\n".join(_part(f"{name}.js") for name in SCRIPTS)


@cache
def _tables() -> str:
    """Return the words and tables of the house that the page speaks with."""
    accounts = {code: (entry.name.replace("_", " "), ACCOUNTS.get(code, entry.name)) for code, entry in CHART.items()}
    tables = {
        "WORDS": WORDS,
        "KINDS": dict(kinds()),
        "ACCOUNTS": accounts,
        "DECIMALS": EXPONENT,
        "CHECKS": CHECKS,
    }
    return '"use strict";\n' + "".join(_const(name, table) for name, table in tables.items())


def kinds() -> Iterator[tuple[str, tuple[str, str]]]:
    """Yield each kind of instruction with its names, as the first line of its file has them."""
    for info in pkgutil.iter_modules(cunguan.operations.__path__):
        module = importlib.import_module(f"cunguan.operations.{info.name}")
        named = TITLE.match((module.__doc__ or "").partition("\n")[0])
        if hasattr(module, "KIND") and named:
            yield module.KIND, (named["name"], named["zh"])


def _const(name: str, value: object) -> str:
    """Return a value as a line of script; a text in it cannot end the script."""
    said = json.dumps(value, ensure_ascii=False, separators=(",", ":")).replace("<", r"\u003c")
    return f"const {name} = {said};\n"


def _part(name: str) -> str:
    return (_FOLDER / name).read_text("utf-8")


def _hash(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
