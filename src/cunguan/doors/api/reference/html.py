"""HTML (页面): the frame of the reference pages, and the few ways in which a text becomes HTML.

Shape   pages work without scripts and load nothing from elsewhere; what is said in a text is escaped, its `code` and **weight** kept
Source  Content-Security-Policy of HEADERS: only this page's own style, named by its hash
"""

import base64
import hashlib
import html
import re
from collections.abc import Sequence
from importlib import resources

from cunguan.doors.api.reference.words import LANGUAGES, WORDS

STYLE = (resources.files("cunguan.doors.api.reference") / "style.css").read_text("utf-8")

_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()

HEADERS = {
    "Content-Security-Policy": f"default-src 'none'; style-src 'sha256-{_HASH}'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "public, max-age=300",
}  # fmt: skip


def page(language: str, path: str, title: str, contents: str, body: str) -> str:
    """Return a whole page; `path` is its own, for the switch of languages."""
    words = WORDS[language]
    here = [("/docs", words["reference"]), ("/docs/codes", words["codes"])]
    links = [f'<a href="{to}?lang={language}"{_current(to == path)}>{text(name)}</a>' for to, name in here]
    links.append(f'<a href="/openapi.json">{text(words["document"])}</a>')
    switch = " · ".join(
        f'<a href="{path}?lang={code}" hreflang="{code}" lang="{code}"{_current(code == language)}>{name}</a>'
        for code, name in LANGUAGES.items()
    )
    return (
        f'<!doctype html><html lang="{"zh-CN" if language == "zh" else "en"}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width,initial-scale=1"><title>{text(title)} · Cunguan 存管</title>'
        f'<style>{STYLE}</style></head><body><a class="skip" href="#main">{text(words["skip"])}</a>'
        f'<header><b>Cunguan 存管</b><nav>{"".join(links)}</nav><span class="lang">{switch}</span></header>'
        f'<div class="page"><aside aria-label="{text(words["contents"])}">{contents}</aside>'
        f'<main id="main"><h1>{text(title)}</h1>{body}</main></div></body></html>\n'
    )


def _current(is_it: bool) -> str:
    return ' aria-current="true"' if is_it else ""


def text(said: object) -> str:
    """Return a text as HTML."""
    return html.escape(str(said))


def rich(said: str) -> str:
    """Return a text whose code and weight are kept.

    >>> rich("send `next`, **always** <b>")
    'send <code>next</code>, <strong>always</strong> &lt;b&gt;'
    """
    kept = re.sub(r"\*\*(.+?)\*\*", r"<strong>\1</strong>", text(said))
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", kept)


def paragraphs(said: str) -> str:
    """Return the paragraphs of a text."""
    return "".join(f"<p>{rich(' '.join(part.split()))}</p>" for part in said.split("\n\n") if part.strip())


def table(head: Sequence[str], rows: Sequence[Sequence[str]], ids: Sequence[str] = ()) -> str:
    """Return a table of cells that are HTML already, rows with an anchor each if `ids` has them; a phone stacks the cells."""
    anchors = [f' id="{text(anchor)}"' for anchor in ids] or [""] * len(rows)
    labels = ["", *(f' data-label="{text(name)}"' for name in head[1:])]
    body = "".join(f"<tr{anchor}>{_cells(labels, row)}</tr>" for anchor, row in zip(anchors, rows, strict=True))
    cells = "".join(f'<th scope="col">{text(name)}</th>' for name in head)
    return f'<table class="stack"><thead><tr>{cells}</tr></thead><tbody>{body}</tbody></table>'


def _cells(labels: Sequence[str], row: Sequence[str]) -> str:
    return "".join(f"<td{label}>{cell}</td>" for label, cell in zip(labels, row, strict=True))


def contents(groups: Sequence[tuple[str, Sequence[tuple[str, str]]]]) -> str:
    """Return the list of contents: groups of links (anchor, HTML), folded away where there are several: a phone shows them all."""
    is_open = " open" if len(groups) == 1 else ""
    return "".join(
        f"<details{is_open}><summary>{text(name)}</summary><ul>{''.join(_link(*link) for link in links)}</ul></details>"
        for name, links in groups
    )


def _link(anchor: str, said: str) -> str:
    return f'<li><a href="#{text(anchor)}">{said}</a></li>'
