"""Notices by `cunguan jobs` itself: a process of its own words them and hands them to a gateway over TLS."""

import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import psycopg

from tests.conftest import migrated
from tests.desks.notices.gateway import serving

SECONDS = 60


def test_the_jobs_worker_hands_a_notice_to_the_gateway_that_is_named(wheel_database: str, tmp_path: Path) -> None:
    migrated(wheel_database)
    with psycopg.connect(wheel_database) as owner:
        owner.execute(
            "INSERT INTO notices_notice (reader, kind, values, at, source, outgoing)"
            " VALUES ('person:p1', 'new_device', '{\"device\": \"Firefox\"}', now(), '', 'waiting')"
        )
    came = threading.Event()
    with serving(tmp_path) as gateway, open(tmp_path / "jobs.log", "wb") as log:

        def accepts(asked: dict[str, str]) -> tuple[int, bytes]:
            came.set()
            return 200, json.dumps({"request": asked["request"], "outcome": "accepted"}).encode()

        gateway.answers = accepts
        told = {f"CUNGUAN_NOTICE_{name.upper()}": getattr(gateway.told, name) for name in ("url", "ca", "cert", "key")}
        environ = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
        environ |= {"CUNGUAN_HOME": str(tmp_path / "home"), "DATABASE_URL": wheel_database, **told}
        process = subprocess.Popen(
            [sys.executable, "-m", "cunguan.config.main", "jobs"], env=environ, stdout=log, stderr=log
        )
        try:
            assert came.wait(SECONDS), (tmp_path / "jobs.log").read_text(errors="replace")
        finally:
            process.terminate()
            assert process.wait(SECONDS) == 0
    (_, _, asked), *_ = gateway.asked
    assert (asked["reader"], asked["title"], asked["language"]) == ("person:p1", "新设备登录", "zh-hans")
    with psycopg.connect(wheel_database) as owner:
        assert owner.execute("SELECT outgoing FROM notices_notice").fetchall() == [("sent",)]
    assert "person:p1" not in (tmp_path / "jobs.log").read_text(errors="replace")
