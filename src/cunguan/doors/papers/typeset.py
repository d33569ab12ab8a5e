"""Typeset (排版): a template and its data become paper, by typst and the one font of doors/papers/fonts: no font of the machine.

Shape   data: texts, numbers, lists and dicts for the template, made printable: a letter the font does not have stands by its number
Returns the same bytes for the same data; a PDF is PDF/A-2b, so that it can be kept
Errors  ImportError: the extra `docs` is not installed
"""

import json
from pathlib import Path
from typing import Any

from cunguan.doors.papers import fonts


def as_pdf(template: Path, data: dict[str, Any]) -> bytes:
    """Return paper as PDF."""
    return bytes(_compile(template, data, format="pdf", pdf_standards=["a-2b"]))


def as_pages(template: Path, data: dict[str, Any], ppi: float) -> list[bytes]:
    """Return the pages as PNG."""
    made = _compile(template, data, format="png", ppi=ppi)
    return [bytes(page) for page in made] if isinstance(made, list) else [bytes(made)]


def _compile(template: Path, data: dict[str, Any], **form: Any) -> Any:
    import typst  # of the extra `docs`

    given = {"data": json.dumps({**data, "font": fonts.FAMILY})}
    return typst.compile(template, font_paths=[fonts.FOLDER], ignore_system_fonts=True, sys_inputs=given, **form)


def printable(value: Any) -> Any:
    """Return a value whose every text the font can show.

    >>> printable({"name": ["王\\x07", 1]})
    {'name': ['王[U+0007]', 1]}
    """
    if isinstance(value, str):
        return fonts.shown(value)
    if isinstance(value, dict):
        return {key: printable(one) for key, one in value.items()}
    return [printable(one) for one in value] if isinstance(value, (list, tuple)) else value
