"""Translations: what portals and desks say, collected from their templates and modules, and written as gettext catalogues.

When    `python -m tests.portals.translations --write` after words have changed; a test runs the comparison
Does    for each app with words: locale/zh_Hans/LC_MESSAGES/django.po keeps what people have translated, new words stand there
        empty; django.mo is compiled from it; zh_Hant is made of zh_Hans by OpenCC. English is what stands in the source
        doors/catalogue/traditional.json is made of the house's own tables of words the same way
        A module says its words by gettext, gettext_lazy, gettext_noop, ngettext, pgettext or as the label of a menu's Item;
        a template by translate (also with `as`) and blocktranslate, with one plural at most
        Django puts the catalogues of all apps together: one English text has one Chinese everywhere. Where it means two things,
        one of them gets a context
Returns 0 when nothing is missing, 1 when words have no translation yet, or two; they are listed
"""

import io
import json
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import allauth
import django.conf
import django.contrib.auth
from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from opencc import OpenCC

from cunguan.doors.api import shown, shown_words
from cunguan.doors.catalogue import traditional as traditional_words
from cunguan.doors.catalogue.codes_zh import SAYS_ZH
from cunguan.doors.papers import words as papers
from cunguan.doors.receipts.page import kinds
from cunguan.reconciliation.breaks import CODES
from cunguan.reconciliation.daily import WORDS

ROOT = Path(__file__).resolve().parents[2] / "src" / "cunguan"
KEYWORDS = {
    "gettext": None, "gettext_lazy": None, "gettext_noop": None, "_": None, "ngettext": (1, 2), "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2), "pgettext_lazy": ((1, "c"), 2), "Item": (2,),
}  # fmt: skip
TRANSLATE = re.compile(
    r"{%\s*(?:translate|trans)\s+(\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*')(?:\s+context\s+[\"']([^\"']*)[\"'])?[^%]*%}"
)
BLOCK = re.compile(r"{%\s*blocktrans(?:late)?\b([^%]*)%}(.*?){%\s*endblocktrans(?:late)?\s*%}", re.DOTALL)
PLURAL = re.compile(r"{%\s*plural\s*%}")
VARIABLE = re.compile(r"{{\s*([\w.]+)\s*}}")
PLACE = re.compile(r"%\((\w+)\)[sd]|%[sd]|\{(\w*)\}")
#: whose catalogues stand behind ours
OTHERS = ((allauth, "locale"), (django.conf, "locale"), (django.contrib.auth, "locale"))
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
TABLES = ROOT / "doors" / "catalogue" / traditional_words.FILE
#: what OpenCC takes for words of another trade
OF_BANKS = (("衝正", "沖正"), ("衝回", "沖回"), ("程式碼", "代碼"), ("併發", "並發"))
SIMPLIFIED, TRADITIONAL = "zh_Hans", "zh_Hant"

Message = tuple[str | tuple[str, str], str | None]


def apps() -> list[Path]:
    """Return the folders that have words of their own."""
    portals = sorted((ROOT / "doors" / "portals").iterdir())
    desks = sorted((ROOT / "desks").iterdir())
    return [one for one in [*portals, *desks] if one.is_dir() and (one / "apps.py").exists() and any(messages(one))]


def messages(app: Path) -> Iterator[Message]:
    """Yield what an app says: a text or a singular with its plural, and its context."""
    for path in sorted(app.rglob("*.html")) + sorted(app.rglob("*.txt")):
        yield from _of_template(path.read_text("utf-8"))
    for path in sorted(app.rglob("*.py")):
        if "migrations" not in path.parts:
            yield from _of_module(path)


def _of_template(text: str) -> Iterator[Message]:
    for found in TRANSLATE.finditer(text):
        yield found[1][1:-1].replace("\\" + found[1][0], found[1][0]), found[2]
    for found in BLOCK.finditer(text):
        parts = [_of_block(part, "trimmed" in found[1]) for part in PLURAL.split(found[2])]
        context = re.search(r"context\s+[\"']([^\"']*)[\"']", found[1])
        yield (parts[0] if len(parts) == 1 else (parts[0], parts[1])), context[1] if context else None


def _of_block(text: str, is_trimmed: bool) -> str:
    said = VARIABLE.sub(r"%(\1)s", text.replace("%", "%%"))
    return " ".join(line.strip() for line in said.splitlines() if line.strip()) if is_trimmed else said


def _of_module(path: Path) -> Iterator[Message]:
    keywords: Any = KEYWORDS
    for _, said, _, context in extract("python", io.BytesIO(path.read_bytes()), keywords):
        yield (tuple(said) if isinstance(said, list | tuple) else said), context  # type: ignore[misc]


def catalogue(app: Path) -> Catalog:
    """Return an app's catalogue in simplified Chinese: all it says now, translated as far as people have."""
    kept = app / "locale" / SIMPLIFIED / "LC_MESSAGES" / "django.po"
    old = read_po(io.BytesIO(kept.read_bytes()), locale=SIMPLIFIED) if kept.exists() else Catalog(locale=SIMPLIFIED)
    made = _empty(SIMPLIFIED)
    for said, context in messages(app):
        known = old.get(said[0] if isinstance(said, tuple) else said, context)
        made.add(said, known.string if known is not None and _is_alike(said, known.string) else None, context=context)
    return made


def _empty(locale: str) -> Catalog:
    return Catalog(
        locale=locale, fuzzy=False, project="Cunguan", last_translator="", language_team="", copyright_holder="the authors",
        header_comment="# Words of these pages.",
    )  # fmt: skip


def _is_alike(said: Any, translated: Any) -> bool:
    return isinstance(said, tuple) == isinstance(translated, tuple)


@cache
def _opencc() -> OpenCC:
    return OpenCC("s2twp")


def turned(text: str) -> str:
    """Return a text in traditional Chinese.

    >>> turned("已冲正"), turned("统一社会信用代码")
    ('已沖正', '統一社會信用代碼')
    """
    said = _opencc().convert(text)
    for wrong, right in OF_BANKS:
        said = said.replace(wrong, right)
    return str(said)


def traditional(simplified: Catalog) -> Catalog:
    """Return the same words in traditional Chinese."""
    made = _empty(TRADITIONAL)
    for one in simplified:
        if one.id:
            words = one.string
            said = tuple(map(turned, words)) if isinstance(words, tuple | list) else turned(words or "")
            made.add(one.id, said, context=one.context)
    return made


def clashes() -> list[str]:
    """Return what has one Chinese in one app and another in another; readers would see that of the first app."""
    said: dict[tuple[str | None, Any], dict[Any, list[str]]] = {}
    for app in apps():
        for one in catalogue(app):
            if one.id:
                said.setdefault((one.context, one.id), {}).setdefault(one.string, []).append(app.name)
    return [f"{id!r}: {words}" for (_, id), words in said.items() if len(words) > 1]


def over_others() -> set[str]:
    """Return words of ours without a context that stand over others of allauth and Django: all pages share them."""
    ours = {one.id: one.string for app in apps() for one in catalogue(app) if one.id and not one.context}
    found = set()
    for module, folder in OTHERS:
        path = Path(str(module.__file__)).parent / folder / SIMPLIFIED / "LC_MESSAGES" / "django.po"
        theirs = read_po(io.BytesIO(path.read_bytes()), locale=SIMPLIFIED)
        found |= {str(one.id) for one in theirs if one.id in ours and one.string and ours[one.id] != one.string}
    return found


def tables() -> bytes:
    """Return the words of the house's own tables that differ in traditional Chinese, as doors/catalogue/traditional.py reads them."""
    words = {said: turned(said) for said in sorted(set(_of_tables()))}
    told = {said: other for said, other in words.items() if other != said}
    return (json.dumps(told, ensure_ascii=False, indent=0) + "\n").encode()


def _of_tables() -> Iterator[str]:
    told = (
        shown_words.TITLES,
        shown_words.MEANS,
        shown_words.FIELDS,
        shown_words.VALUES,
        shown_words.ITEMS,
        shown_words.PAGE,
    )
    pairs = (*told, shown.TERMS, papers.LABELS, papers.AUTHORITIES, dict(kinds()))
    yield from (pair[1] for table in pairs for pair in table.values())
    yield from papers.ACCOUNTS.values()
    yield from SAYS_ZH.values()
    yield from (words.zh for words in WORDS.values())
    yield from (words.zh for one in CODES.values() for words in (one.says, one.cause, one.act))


def missing(found: Catalog) -> list[str]:
    """Return what has no translation, or one whose places for values differ."""
    wrong = []
    for one in found:
        if not one.id:
            continue
        ids, strings = (one.id, one.string) if isinstance(one.id, tuple | list) else ((one.id,), (one.string,))
        strings = strings if isinstance(strings, tuple | list) else (strings,)
        if not all(strings) or not strings or any(_places(ids[-1]) != _places(string) for string in strings):
            wrong.append(str(ids[0]))
    return wrong


def _places(text: str) -> list[str]:
    return sorted(found[0] for found in PLACE.finditer(text.replace("%%", "")))


def po(found: Catalog) -> bytes:
    """Return a catalogue as its file, without dates: the same words give the same bytes."""
    text = io.BytesIO()
    write_po(text, found, width=120, no_location=True, omit_header=False, sort_output=True, include_lineno=False)
    kept = [
        line
        for line in text.getvalue().decode().splitlines()
        if not re.match(
            r'"(POT-Creation-Date|PO-Revision-Date|Generated-By|Report-Msgid-Bugs-To|Last-Translator|Language-Team|Project-Id-Version)',
            line,
        )
    ]
    return ("\n".join(kept) + "\n").encode()


def mo(text: bytes, locale: str) -> bytes:
    """Return a catalogue as programs read it."""
    made, words = io.BytesIO(), read_po(io.BytesIO(text), locale=locale)
    words.creation_date = words.revision_date = EPOCH  # the same words give the same bytes, whenever
    write_mo(made, words)
    return made.getvalue()


def files(app: Path) -> dict[Path, bytes]:
    """Return an app's files as they must be."""
    simplified = catalogue(app)
    found = {}
    for locale, words in ((SIMPLIFIED, simplified), (TRADITIONAL, traditional(simplified))):
        folder, text = app / "locale" / locale / "LC_MESSAGES", po(words)
        found |= {folder / "django.po": text, folder / "django.mo": mo(text, locale)}
    return found


def main(arguments: list[str]) -> int:
    """Write or compare the catalogues of all apps and the table of traditional words, and list what is missing."""
    wanted = {path: content for app in apps() for path, content in files(app).items()} | {TABLES: tables()}
    if "--write" in arguments:
        for path, content in wanted.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    wrong = [f"stale: {path.relative_to(ROOT)}" for path, content in wanted.items() if path.read_bytes() != content]
    wrong += [
        f"{app.name}: {word!r} has no translation, or one with other places for values"
        for app in apps() for word in missing(catalogue(app))
    ]  # fmt: skip
    wrong += [f"two translations of {clash}" for clash in clashes()]
    print("\n".join(wrong))
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
