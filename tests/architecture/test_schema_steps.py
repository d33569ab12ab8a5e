"""Schema steps: every step after the first is fit for tables that are written while it runs, and the linter sees what is not."""

import pytest

from cunguan.store.steps import Step, step_of, steps
from tests.architecture.schema_steps import complaints

FIRST = step_of("0001_first", "CREATE TABLE posting (lane int4); CREATE TABLE claim (lane int4); "
                              "INSERT INTO schema_step (number, name) VALUES (1, '0001_first');")  # fmt: skip


def second(*statements: str, head: str = "") -> Step:
    record = "INSERT INTO schema_step (number, name) VALUES (2, '0002_second')"
    return step_of("0002_second", head + ";\n".join([*statements, record]) + ";")


def test_there_are_steps_to_lint() -> None:
    assert [step.number for step in steps()] == list(range(1, len(steps()) + 1))
    assert len(steps()) >= 3


@pytest.mark.parametrize("step", steps()[1:], ids=lambda step: step.name)
def test_every_step_after_the_first_is_fit(step: Step) -> None:
    assert complaints(step, steps()[: step.number - 1]) == []


FIT = {
    "a new table with an index": ("CREATE TABLE x (lane int4)", "CREATE INDEX x_by_lane ON x (lane)"),
    "a column with a constant": ("ALTER TABLE posting ADD COLUMN a int8 NOT NULL DEFAULT 0",),
    "a column that may be null": ('ALTER TABLE posting ADD COLUMN a text COLLATE "C"',),
    "a check that is validated later": ("ALTER TABLE posting ADD CONSTRAINT a CHECK (b IS NOT NULL) NOT VALID",),
    "a validation": ("ALTER TABLE posting VALIDATE CONSTRAINT a",),
    "an index beside the writers": (
        "DROP INDEX CONCURRENTLY IF EXISTS a", "CREATE INDEX CONCURRENTLY a ON claim (lane)",
    ),
    "a semicolon in a text": ("ALTER TABLE posting ADD COLUMN a text DEFAULT ';'",),
}  # fmt: skip


@pytest.mark.parametrize("name", FIT)
def test_what_locks_nobody_out_is_fit(name: str) -> None:
    assert complaints(second(*FIT[name]), [FIRST]) == []


UNFIT = {
    "a dropped column": ("ALTER TABLE posting DROP COLUMN a",),
    "a dropped table": ("DROP TABLE posting",),
    "a renamed column": ("ALTER TABLE posting RENAME COLUMN a TO b",),
    "a renamed table": ("ALTER TABLE posting RENAME TO b",),
    "another type": ("ALTER TABLE posting ALTER COLUMN a TYPE int8",),
    "another type in other words": ("ALTER TABLE posting ALTER a SET DATA TYPE int8",),
    "not null without a check": ("ALTER TABLE posting ALTER COLUMN a SET NOT NULL",),
    "not null at once": ("ALTER TABLE posting ADD COLUMN a int8 NOT NULL",),
    "a default that is computed": ("ALTER TABLE posting ADD COLUMN a timestamptz DEFAULT now()",),
    "a column that is generated": ("ALTER TABLE posting ADD COLUMN a int8 GENERATED ALWAYS AS (b) STORED",),
    "a serial": ("ALTER TABLE posting ADD COLUMN a bigserial",),
    "a fit action beside an unfit one": ("ALTER TABLE posting ADD COLUMN a int8, DROP COLUMN b",),
    "an index on a standing table": ("CREATE INDEX a ON claim (lane)",),
    "a unique index on a standing table": ("CREATE UNIQUE INDEX a ON claim (lane)",),
    "an index beside the writers in a step of other things": (
        "DROP INDEX CONCURRENTLY IF EXISTS a", "CREATE INDEX CONCURRENTLY a ON claim (lane)", "CREATE TABLE x (lane int4)",
    ),
    "an index beside the writers that fails for ever": ("CREATE INDEX CONCURRENTLY a ON claim (lane)",),
    "an index beside the writers of a partitioned table": (
        "DROP INDEX CONCURRENTLY IF EXISTS a", "CREATE INDEX CONCURRENTLY a ON posting (lane)",
    ),
    "a check that is validated at once": ("ALTER TABLE posting ADD CONSTRAINT a CHECK (b > 0)",),
    "a check and its validation": (
        "ALTER TABLE posting ADD CONSTRAINT a CHECK (b > 0) NOT VALID", "ALTER TABLE posting VALIDATE CONSTRAINT a",
    ),
    "a unique constraint": ("ALTER TABLE posting ADD CONSTRAINT a UNIQUE (b)",),
    "a foreign key to a standing table": ("CREATE TABLE x (lane int4 REFERENCES claim)",),
    "a trigger on a standing table": ("CREATE TRIGGER a BEFORE UPDATE ON posting FOR EACH ROW EXECUTE FUNCTION f()",),
    "a full lock": ("LOCK TABLE posting IN ACCESS EXCLUSIVE MODE",),
    "an update of money": ("UPDATE posting SET amount_minor = 0",),
    "an update in disguise": ("WITH u AS (UPDATE posting SET a = 0 RETURNING 1) SELECT 1 FROM u",),
    "a deletion": ("DELETE FROM posting",),
    "an insertion": ("INSERT INTO posting SELECT * FROM claim",),
    "a rewrite": ("VACUUM FULL posting",),
    "a partition of a standing table": ("CREATE TABLE x PARTITION OF posting FOR VALUES IN (7)",),
    "what cannot be read": ("DO $$ BEGIN EXECUTE 'DROP TABLE posting'; END $$",),
}  # fmt: skip


@pytest.mark.parametrize("name", UNFIT)
def test_what_locks_rewrites_or_takes_away_is_refused(name: str) -> None:
    assert complaints(second(*UNFIT[name]), [FIRST]), name


def test_not_null_follows_a_check_that_was_validated_before() -> None:
    checked = second("ALTER TABLE posting ADD CONSTRAINT c CHECK (a IS NOT NULL) NOT VALID")
    validated = step_of("0003_third", "ALTER TABLE posting VALIDATE CONSTRAINT c;")
    last = step_of("0004_last", "ALTER TABLE posting ALTER COLUMN a SET NOT NULL; "
                                "INSERT INTO schema_step (number, name) VALUES (4, '0004_last');")  # fmt: skip
    assert complaints(last, [FIRST, checked, validated]) == []
    assert complaints(last, [FIRST, checked])


def test_only_a_contract_step_takes_away() -> None:
    gone = ("ALTER TABLE claim DROP COLUMN a",)
    assert complaints(second(*gone, head="-- contract: nobody has read it since 0.4\n"), [FIRST]) == []
    assert complaints(second("UPDATE claim SET a = 0", head="-- contract: x\n"), [FIRST])


@pytest.mark.parametrize("text", [
    "CREATE TABLE x (lane int4);",
    "INSERT INTO schema_step (number, name) VALUES (3, '0003_other');",
    "INSERT INTO schema_step (number, name) VALUES (2, '0002_second'); CREATE TABLE x (lane int4);",
])  # fmt: skip
def test_a_step_records_itself_last(text: str) -> None:
    assert complaints(step_of("0002_second", text), [FIRST])
