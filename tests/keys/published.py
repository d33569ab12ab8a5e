"""Published: values others have published, where they lie beside this checkout; without them a test says so and skips."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).parents[2].parent / "shared" / "data" / "05-crypto"


def text(name: str) -> str:
    """Return a file."""
    place = FOLDER / name
    if not place.exists():
        pytest.skip(f"the published values are not here: ../shared/data/05-crypto/{name}")
    return place.read_text("utf-8")


def cases(name: str) -> Any:
    """Return a file of JSON."""
    return json.loads(text(name))


class AppendixB:
    """Keys, signature bases and signatures of RFC 9421, appendix B."""

    def __init__(self) -> None:
        self._text = text("http-signatures/rfc9421-appendix-b.md")

    def key(self, section: str, kind: str) -> str:
        """Return a key in PEM; `kind`: PUBLIC or PRIVATE."""
        part = self._section(section)
        found = re.search(rf"-----BEGIN (\w+ )?{kind} KEY-----.*?-----END (\w+ )?{kind} KEY-----", part, re.DOTALL)
        assert found is not None
        return found.group()

    def signed(self, section: str) -> tuple[str, str, str]:
        """Return a signature base, and the values of Signature-Input and Signature."""
        base, headers = (
            _unfolded(block) for block in re.findall(r"~~~[^\n]*\n(NOTE.*?)~~~", self._section(section), re.DOTALL)[:2]
        )
        made, signature = (line.partition(": ")[2] for line in headers.splitlines())
        return base, made, signature

    def _section(self, title: str) -> str:
        (part,) = [part for part in self._text.split("\n### ") if part.startswith(title)]
        return part


def _unfolded(block: str) -> str:
    """Return text without the folding of RFC 8792."""
    return re.sub(r"\\\n *", "", block.partition("\n\n")[2]).rstrip("\n")
