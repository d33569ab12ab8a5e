"""Warnings: a platform is told what its people should look at, each thing as long as it stands, and nothing of another's."""

from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from tests.doors.api.harness import OTHER, Door, Stack

_KEY = "UPDATE door_key SET valid_until = %s WHERE id = %s"
_FILE = """
    INSERT INTO check_file SELECT 2, date '2026-01-05', 'lanmao', 'zip', 1, 9, 0, 0, 0, now(), date '2026-01-06', '', 'k', '', ''"""
_CONFIRM = "INSERT INTO check_confirm VALUES (2, '2026-01-05', 9, 'c', 'k', now())"
_STOP = "INSERT INTO bid_stop VALUES (2, 'bids', '2026-01-05', '2026-01-07', 9, 'stopped')"
_HOOK = """
    INSERT INTO webhook_endpoint VALUES (2, 'warned', 'https://x.example', '', '{*}', '{*}', 'active', '', now(), 0,
                                         '2026-01-05T00:00:00Z')"""
_DEAD = """
    INSERT INTO webhook_delivery (lane, endpoint, seq, number, type, subject, state, planned_at, ended_at)
    SELECT 2, 'warned', n, 0, 't', 's', 'dead', now(), now() FROM generate_series(1, 3) n"""
_SHA1 = "UPDATE door_profile SET legacy_rsa_sha1 = true WHERE for_lane = 2"

#: what is done -> the code and a part of the sentence
CASES = {
    "a key ends": ([_KEY], "key_ends_soon", "replace it by POST /v1/keys"),
    "a date waits": ([_FILE], "check_files_unconfirmed", "1 dates from 2026-01-05 on"),
    "outgoing payments are stopped": (
        ["INSERT INTO outgoing_stop VALUES (2, 'outgoing', '2:R5:a', '2026-01-05', 9, 'stopped')"],
        "outgoing_stopped",
        "since 2026-01-05",
    ),
    "bids are stopped": ([_STOP], "bids_stopped", "since 2026-01-05"),
    "an endpoint fails": ([_HOOK], "webhook_failing", "warned has taken nothing since 2026-01-05T00:00:00Z"),
    "deliveries are dead": ([_DEAD], "webhooks_dead", "3 deliveries to the webhook endpoint warned"),
    "SHA-1 is taken": ([_SHA1], "legacy_rsa_sha1", "SHA-256"),
}


def warnings(door: Door) -> dict[str, str]:
    """Return what a platform is warned of."""
    found = door.get("/v1/platform")
    assert found.status_code == 200, found.text
    return {one["code"]: one["says"] for one in found.json()["warnings"]}


@pytest.mark.parametrize("case", CASES)
def test_what_should_be_looked_at_is_said(stack: Stack, door: Door, case: str) -> None:
    statements, code, says = CASES[case]
    mine = stack.door(OTHER)
    elsewhere = warnings(door)
    assert code not in warnings(mine)
    with psycopg.connect(stack.url, autocommit=True) as owner:
        try:
            for text in statements:
                owner.execute(text.encode(), _given(text, mine))
            assert says in warnings(mine)[code]
            assert warnings(door) == elsewhere, "another platform hears nothing of it"
        finally:
            _undo(owner)


def test_a_date_that_is_confirmed_and_a_key_that_lasts_are_no_warning(stack: Stack) -> None:
    mine = stack.door(OTHER)
    with psycopg.connect(stack.url, autocommit=True) as owner:
        try:
            owner.execute(_FILE.encode())
            owner.execute(_CONFIRM.encode())
            owner.execute(_KEY.encode(), (datetime.now(UTC) + timedelta(days=15), mine.signer.key_id))
            assert warnings(mine) == {}
        finally:
            _undo(owner)


def _given(text: str, mine: Door) -> tuple[object, ...] | None:
    return (datetime.now(UTC) + timedelta(days=13), mine.signer.key_id) if text is _KEY else None


def _undo(owner: "psycopg.Connection[tuple[object, ...]]") -> None:
    """Take it all away, also what nobody but a test's owner may."""
    for table in ("check_file", "check_confirm", "bid_stop", "outgoing_stop", "webhook_endpoint", "webhook_delivery"):
        owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER".encode())
        owner.execute(f"DELETE FROM {table} WHERE lane = 2".encode())
        owner.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER".encode())
    owner.execute("UPDATE door_profile SET legacy_rsa_sha1 = false WHERE for_lane = 2")
    owner.execute("UPDATE door_key SET valid_until = NULL WHERE for_lane = 2")
