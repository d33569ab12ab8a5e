"""Schema steps, linted: what a step may do to tables that stand, have rows, and are written while it runs.

Shape   a table is new in the step that creates it, and standing in every later one. On a new table everything is allowed;
        on a standing one only what is named in STANDING; what no line of the tables here knows is refused
Returns complaints, one a statement, empty when the step is fit
Source  design/lanes.md rule 19; PostgreSQL's documentation: explicit locking, ALTER TABLE, CREATE INDEX
"""

import re
from collections.abc import Iterator, Sequence

from cunguan.store.steps import Step

#: PostgreSQL can index these only table by table (they are partitioned), so CONCURRENTLY does not work on them
PARTITIONED = frozenset({"instruction", "journal", "posting"})

#: tables of the doors that no lane writes: a trigger on one waits for a statement or two, and reads nothing
WITHOUT_WRITERS = frozenset({
    "bank_statement", "break_move", "check_break", "check_confirm", "door_key", "door_profile", "epoch", "lanmao_profile",
    "payee_detail", "safeguarding_means", "safeguarding_regime", "safeguarding_sign_off", "safeguarding_statement", "salt_key",
})  # fmt: skip

_CREATE_TABLE = re.compile(r"CREATE TABLE (\w+) \(")
_CREATE_INDEX = re.compile(r"CREATE (?:UNIQUE )?INDEX (\w+) ON (?:ONLY )?(\w+) ")
_CREATE_BESIDE = re.compile(r"CREATE (?:UNIQUE )?INDEX CONCURRENTLY (\w+) ON (\w+) ")
_DROP_BESIDE = re.compile(r"DROP INDEX CONCURRENTLY IF EXISTS (\w+)$")
_TRIGGER = re.compile(r"CREATE (?:OR REPLACE |CONSTRAINT )?TRIGGER \w+ (?:BEFORE|AFTER) [\w ,]+? ON (\w+) ")
_ALTER = re.compile(r"ALTER TABLE (?:ONLY )?(\w+) (.*)$")
_RECORD = re.compile(r"INSERT INTO schema_step \(number, name\) VALUES \((\d+), '(\w+)'\)$")
_INSERT = re.compile(r"INSERT INTO (\w+) ")
_HARMLESS = re.compile(r"CREATE (?:OR REPLACE )?FUNCTION |CREATE VIEW |COMMENT ON |GRANT |REVOKE ALL ON FUNCTION ")

_CONSTANT = r"(?:-?\d+|'[^']*'|true|false)"
_TYPE = r'(?:int4|int8|bool|bytea|date|jsonb|timestamptz|uuid|text(?: COLLATE "C")?)'

#: what may be done to a standing table: one action a statement, each known not to rewrite it nor to read it under a full lock
STANDING = (
    re.compile(rf"ADD COLUMN \w+ {_TYPE}$"),
    re.compile(rf"ADD COLUMN \w+ {_TYPE}(?: NOT NULL)? DEFAULT {_CONSTANT}(?: NOT NULL)?$"),
    re.compile(r"ADD CONSTRAINT \w+ CHECK \(.*\) NOT VALID$"),
    re.compile(r"VALIDATE CONSTRAINT \w+$"),
    re.compile(r"ALTER COLUMN \w+ (?:SET DEFAULT .*|DROP DEFAULT|SET STATISTICS \d+)$"),
)

#: what a contract step may take away, when no code has used it for a release and no plane runs
CONTRACT = (
    re.compile(r"ALTER TABLE \w+ (?:DROP COLUMN|DROP CONSTRAINT|ALTER COLUMN \w+ DROP NOT NULL)[^,]*$"),
    re.compile(r"DROP (?:TABLE|FUNCTION|INDEX CONCURRENTLY)(?: IF EXISTS)? [\w()]+$"),
)
_SET_NOT_NULL = re.compile(r"ALTER COLUMN (\w+) SET NOT NULL$")
_VALIDATED = re.compile(r"ALTER TABLE (\w+) VALIDATE CONSTRAINT (\w+)$")
_CHECK_NOT_NULL = re.compile(r"ALTER TABLE (\w+) ADD CONSTRAINT (\w+) CHECK \((\w+) IS NOT NULL\) NOT VALID$")


def complaints(step: Step, earlier: Sequence[Step]) -> list[str]:
    """Return what is wrong with a step that is applied after others."""
    standing = {table for before in earlier for table in _tables(before)}
    found = [*_record(step), *_beside(step)]
    for statement in step.statements:
        why = _wrong(statement, step, standing, earlier)
        if why:
            found.append(f"{why}: {statement[:120]}")
    return found


def _tables(step: Step) -> set[str]:
    return {match[1] for statement in step.statements if (match := _CREATE_TABLE.match(statement))}


def _record(step: Step) -> Iterator[str]:
    """A step is applied when its own row says so; it is written last, so that what died half-way is done again."""
    records = [match.groups() for statement in step.statements if (match := _RECORD.match(statement))]
    if records != [(str(step.number), step.name)]:
        yield f"it does not record itself once as ({step.number}, '{step.name}')"
    elif not _RECORD.match(step.statements[-1]):
        yield "its record is not its last statement"


def _beside(step: Step) -> Iterator[str]:
    """What is made beside the writers stands in a step of its own, and can be made again after it failed."""
    if step.is_atomic:
        return
    removed: set[str] = set()
    for statement in step.statements:
        if match := _DROP_BESIDE.match(statement):
            removed.add(match[1])
        elif match := _CREATE_BESIDE.match(statement):
            if match[1] not in removed:
                yield f"a failed try leaves {match[1]} invalid: DROP INDEX CONCURRENTLY IF EXISTS {match[1]} comes first"
            if match[2] in PARTITIONED:
                yield f"{match[2]} is partitioned and cannot be indexed CONCURRENTLY"
        elif not _RECORD.match(statement):
            yield f"a step with CONCURRENTLY is not atomic and holds nothing else: {statement[:80]}"


def _wrong(statement: str, step: Step, standing: set[str], earlier: Sequence[Step]) -> str:
    """Return why one statement may not stand in a step, empty when it may."""
    new = _tables(step)
    if match := _CREATE_TABLE.match(statement):
        return _references(statement, standing) or (f"{match[1]} stands already" if match[1] in standing else "")
    for pattern in (_CREATE_INDEX, _TRIGGER):
        if match := pattern.match(statement):
            table = match[match.re.groups]
            return (
                ""
                if table in new or (pattern is _TRIGGER and table in WITHOUT_WRITERS)
                else f"it locks {table} against its writers while it works"
            )
    if match := _INSERT.match(statement):
        return "" if match[1] in new | {"schema_step"} else f"it writes {match[1]}"
    if _CREATE_BESIDE.match(statement) or _DROP_BESIDE.match(statement) or _HARMLESS.match(statement):
        return ""
    if step.is_contract and any(pattern.match(statement) for pattern in CONTRACT):
        return ""
    if match := _ALTER.match(statement):
        return "" if match[1] in new else _alters(match[1], match[2], step, earlier)
    return "no expand step does this"


def _references(statement: str, standing: set[str]) -> str:
    named = {name for name in re.findall(r"REFERENCES (\w+)", statement) if name in standing}
    return f"a foreign key locks {', '.join(sorted(named))} against its writers" if named else ""


def _alters(table: str, action: str, step: Step, earlier: Sequence[Step]) -> str:
    if match := _SET_NOT_NULL.match(action):
        return (
            ""
            if _is_checked(table, match[1], earlier)
            else f"it reads all of {table}: validate a check first, in a step before"
        )
    if action.startswith("VALIDATE"):
        name = action.split()[2]
        added = any(f"ALTER TABLE {table} ADD CONSTRAINT {name} " in statement for statement in step.statements)
        return f"it reads all of {table} under the lock of ADD CONSTRAINT: validate in a later step" if added else ""
    if any(pattern.match(action) for pattern in STANDING):
        return ""
    return f"it rewrites {table}, or locks it while it reads it, or takes away what older code uses"


def _is_checked(table: str, column: str, earlier: Sequence[Step]) -> bool:
    """Return whether an earlier step has validated a check that a column is never null."""
    all_before = [statement for step in earlier for statement in step.statements]
    checks = {match[2] for statement in all_before
              if (match := _CHECK_NOT_NULL.match(statement)) and match[1] == table and match[3] == column}  # fmt: skip
    done = {match[2] for statement in all_before if (match := _VALIDATED.match(statement)) and match[1] == table}
    return bool(checks & done)
