"""SQL files: each statement of store/sql, by the name of its file."""

from functools import cache
from importlib import resources
from typing import LiteralString


@cache
def statement(name: str) -> LiteralString:
    """Return the text of store/sql/<name>.sql; it is ours, never made from input."""
    return (resources.files("cunguan.store") / "sql" / f"{name}.sql").read_text("utf-8")
