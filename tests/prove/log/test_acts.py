"""What doors did: each act is as its leaf says, and the row it is about is as its last act left it."""

import psycopg
import pytest

from cunguan.store import roles
from tests.prove.log.conftest import ABOUT, Logged
from tests.prove.log.made import publish

RULE = f"INSERT INTO {ABOUT} VALUES ('CNY', {{version}}, 100, 'hold', 0, 0, 'first', 'm1', 'c1', clock_timestamp())"


@pytest.fixture
def ruled(logged: Logged) -> Logged:
    """Books of which a rule is an act, which the log has."""
    with psycopg.connect(logged.url) as owner:
        owner.execute("SET TIME ZONE 'Asia/Shanghai'")
        owner.execute(RULE.format(version=1).encode())
    assert publish(logged.url, logged.folder).size == 282
    return logged


def test_an_act_that_is_as_it_was_logged_agrees(ruled: Logged) -> None:
    assert ruled.findings() == []


#: what the owner of the database does to log_act -> row, what
ACTS = {
    "changed": ("UPDATE log_act SET content = content || ' '", "log_act 1", "changed"),
    "of another type": (
        "UPDATE log_act SET type = 6",
        "log_act 1",
        "added, or its type changed: the log has no such leaf",
    ),
    "removed": ("DELETE FROM log_act", "log_act 1", "removed, or its type changed: the log has its leaf"),
}


@pytest.mark.parametrize("what", ACTS)
def test_finds_an_act_that_was(ruled: Logged, what: str) -> None:
    statement, row, says = ACTS[what]
    ruled.owner_does(statement)
    assert (row, says) in [(one.row, one.what) for one in ruled.findings()]


#: what is done to the row, past its act -> row, what
ROWS = {
    "changed": (
        f"UPDATE {ABOUT} SET amount_minor = 900",
        f"{ABOUT} of log_act 1",
        "changed since its last act: amount_minor",
    ),
    "removed": (f"DELETE FROM {ABOUT}", f"{ABOUT} of log_act 1", "removed: its last act left it"),
    "added": (RULE.format(version=2), ABOUT, "added: no act tells of this row"),
}


@pytest.mark.parametrize("what", ROWS)
def test_finds_a_row_that_was_without_an_act(ruled: Logged, what: str) -> None:
    statement, row, says = ROWS[what]
    ruled.goes_round_the_acts(statement)
    assert [(one.row, one.what) for one in ruled.findings()] == [(row, says)]


def test_finds_a_trigger_that_is_switched_off(ruled: Logged) -> None:
    with psycopg.connect(ruled.url) as owner:
        owner.execute(f"ALTER TABLE {ABOUT} DISABLE TRIGGER log_before_pay_is_an_act")
    assert [one.row for one in ruled.findings()] == ["trigger log_before_pay_is_an_act"]


# ── a table of which only some changes are acts ──────────────────────────────
KEY = (
    "INSERT INTO door_key (id, platform, for_lane, sandbox, algorithm, public_key, scopes, made_at, made_by, valid_from) "
    "VALUES ('k1', 'P1', 1, true, 'ed25519', 'p', '{read}', clock_timestamp(), 'm1', clock_timestamp())"
)


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("UPDATE door_key SET version = 2", []),  # the door may, and it is no act
        ("UPDATE door_key SET public_key = 'q'", ["changed since its last act: public_key"]),  # no process may
        (
            "UPDATE door_key SET revoked_at = now(), revoked_by = 'm1'",
            ["changed since its last act: revoked_at"],
        ),  # an act, but not so
        ("DELETE FROM door_key", ["removed: its last act left it"]),
    ],
)
def test_a_key_may_change_as_the_door_may_change_it(logged: Logged, statement: str, found: list[str]) -> None:
    with psycopg.connect(logged.url) as owner:
        for text in roles.statements():
            if "CREATE ROLE" in text or " ON door_key TO " in text:
                owner.execute(text.encode())
        owner.execute(KEY.encode())
    publish(logged.url, logged.folder)
    assert logged.findings() == []
    logged.goes_round_the_acts(statement, "door_key")
    assert [one.what for one in logged.findings()] == found
