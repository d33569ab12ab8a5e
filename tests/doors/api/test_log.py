"""The log at the door: everybody reads it, without a key, and a mirror copies it from there."""

from pathlib import Path

import httpx
import psycopg
from psycopg.conninfo import make_conninfo

from cunguan.doors.log.mirror import Mirror
from cunguan.doors.log.process import Ground, once
from cunguan.doors.log.remote import Remote
from cunguan.keys.log_key import log_signers
from cunguan.store import roles
from cunguan.store.log import origins
from tests.doors.api.harness import Door, Stack


def test_a_mirror_copies_the_log_from_the_door(stack: Stack, door: Door, tmp_path: Path) -> None:
    ground = Ground(make_conninfo(stack.url, user=roles.LOG), stack.home, {})
    once(ground)
    with psycopg.connect(ground.url) as connection:
        origin = origins.opened(connection)
    assert origin is not None
    key = log_signers(ground.home, origin.origin, {})[0].key
    with Remote(f"{door.address}/log") as remote:
        copied = Mirror(tmp_path, remote.fetch, [key]).look()
    served = ground.folder(origin)
    kept = {str(file.relative_to(tmp_path)): file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()}
    assert copied.size > 0 and "checkpoint" in kept
    assert kept == {name: served.fetch(name) for name in kept}


def test_what_is_not_there_is_not_there(door: Door) -> None:
    for path in ("/log/tile/0/999", "/log/tile/0/000.p/256", "/log/tile/entries/..%2f..%2fx", "/log/tile/64/000"):
        assert httpx.get(f"{door.address}{path}").status_code == 404
