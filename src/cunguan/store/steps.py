"""Schema steps (库表步骤): the files of store/schema in order, and how each is applied.

Shape   Step: number, name, statements. A step with CONCURRENTLY in it is not atomic: its statements are sent one by one,
        and each can be sent again after a death in the middle; any other step is one script, whole or not at all
Source  design/lanes.md rule 19; PostgreSQL's documentation of CREATE INDEX CONCURRENTLY
"""

import re
from functools import cache
from importlib import resources
from typing import Final, LiteralString, cast

import msgspec
import psycopg

#: the tables that are not made by a step: of the desks, of Django and of the queue, by migrations of their own
BY_MIGRATIONS: Final = (
    "^(django|auth|mfa|usersessions|procrastinate|people|parties|signing|approvals|notices)_|^account_email"
)

_COMMENT = re.compile(r"--[^\n]*")
#: a quoted text or a body between dollars, kept whole; or the end of a statement
_TOKEN = re.compile(r"('(?:[^']|'')*'|\$(\w*)\$.*?\$\2\$)|;", re.DOTALL)


class Step(msgspec.Struct, frozen=True):
    """One file of store/schema."""

    number: int
    name: str
    text: LiteralString
    statements: tuple[LiteralString, ...]

    @property
    def is_atomic(self) -> bool:
        """Return whether the step is one transaction."""
        return not any(" CONCURRENTLY " in statement for statement in self.statements)

    @property
    def is_contract(self) -> bool:
        """Return whether the step takes away what older code may still use: no plane may run meanwhile."""
        return self.text.startswith("-- contract:")

    def scripts(self) -> tuple[LiteralString, ...]:
        """Return what is sent to PostgreSQL, each in a transaction of its own."""
        return (self.text,) if self.is_atomic else self.statements


def step_of(name: str, text: str) -> Step:
    """Return a step by the name of its file."""
    # a file of this package, never made from input
    return Step(int(name[:4]), name, text, cast("tuple[LiteralString, ...]", tuple(_statements(text))))


@cache
def steps() -> tuple[Step, ...]:
    """Return all steps, oldest first; the last one's number is the schema this code knows."""
    folder = resources.files("cunguan.store") / "schema"
    texts = {
        file.name.removesuffix(".sql"): file.read_text("utf-8") for file in folder.iterdir() if ".sql" in file.name
    }
    return tuple(step_of(name, texts[name]) for name in sorted(texts))


def apply(owner_conninfo: str, *which: Step) -> None:
    """Apply steps as the owner, without a record but their own row in schema_step."""
    with psycopg.connect(owner_conninfo, autocommit=True) as owner:
        for script in (script for step in which for script in step.scripts()):
            owner.execute(script)  # several statements sent at once are one transaction


def _statements(text: str) -> list[str]:
    """Return the statements of a script without its comments, each on one line.

    >>> _statements("-- one\\nSELECT 'a;b';\\nDO $$ x; y $$; ")
    ["SELECT 'a;b'", 'DO $$ x; y $$']
    """
    text = _COMMENT.sub("", text)
    found, begin = [], 0
    for token in _TOKEN.finditer(text):
        if token.group() == ";":
            found.append(text[begin : token.start()])
            begin = token.end()
    return [" ".join(statement.split()) for statement in [*found, text[begin:]] if statement.strip()]
