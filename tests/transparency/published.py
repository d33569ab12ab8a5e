"""Vectors that others published, which lie beside the repository and are never part of it."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest

PUBLISHED = Path(__file__).parents[3] / "shared/data/04-transparency"


def folder(name: str) -> Path:
    """Return one of the folders, or skip saying that it is not here."""
    if not (PUBLISHED / name).is_dir():
        pytest.skip(f"the published vectors are not here: ../shared/data/04-transparency/{name}")
    return PUBLISHED / name


def vectors(name: str) -> list[dict[str, Any]]:
    """Return the vectors of one kind of proof."""
    return list(json.loads((folder("merkle") / f"{name}.json").read_text()))


def hashes(coded: list[str] | None) -> list[bytes]:
    return [base64.b64decode(one) for one in coded or ()]


def a_hash(coded: str | None) -> bytes:
    return base64.b64decode(coded or "")
