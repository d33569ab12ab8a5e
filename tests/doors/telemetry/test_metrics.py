"""Metrics: counted cheaply, shown for all processes together, to those who may read them."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from cunguan.doors.telemetry import metrics

COUNTS = "from cunguan.doors.telemetry import metrics; metrics.answered('GET', '/v1/platform', 200, 0.003)"
SHOWS = (
    "from cunguan.doors.telemetry import metrics; print(metrics.page([('cunguan_x', 'X', 'lane', '1', 5.0)]).decode())"
)


def test_one_page_shows_all_processes_together(tmp_path: Path) -> None:
    environ = {**os.environ, metrics.FOLDER: str(tmp_path), "PYTHONPATH": "src"}
    (tmp_path / "counter_17.db").touch()  # of a process that died while it made it
    for text in (COUNTS, COUNTS):
        subprocess.run([sys.executable, "-c", text], env=environ, check=True)
    page = subprocess.run([sys.executable, "-c", SHOWS], env=environ, check=True, capture_output=True, text=True).stdout
    assert 'cunguan_api_request_seconds_count{endpoint="/v1/platform",method="GET",status="200"} 2.0' in page
    assert (
        'cunguan_api_request_seconds_bucket{endpoint="/v1/platform",le="0.005",method="GET",status="200"} 2.0' in page
    )
    assert 'cunguan_x{lane="1"} 5.0' in page


LANES = """
from pathlib import Path
from cunguan.doors.telemetry import metrics
from cunguan.plane.metrics import Reading

def lane(number, done, batches, queued, seconds=0.5):
    return Reading(number, {"done": done} if done else {}, batches, seconds, 0, queued, done, True)

here = metrics.LaneFigures()
here.show([lane(1, 0, 0, 0), lane(2, 0, 0, 4)])
here.show([lane(1, 5, 2, 3), lane(2, 7, 1, 4)])
here.show([lane(1, 6, 3, 1)])
here.show([lane(1, 6, 3, 1), lane(2, 2, 2, 8)])
print(metrics.queued(Path("{folder}")))
"""


def test_a_planes_lanes_are_counted_on_wherever_they_begin_anew(tmp_path: Path) -> None:
    environ = {**os.environ, metrics.FOLDER: str(tmp_path), "PYTHONPATH": "src"}
    text = LANES.replace("{folder}", str(tmp_path))
    said = [
        subprocess.run([sys.executable, "-c", code], env=environ, check=True, capture_output=True, text=True).stdout
        for code in (text, text.replace("2, 2, 2, 8", "2, 3, 1, 9"), SHOWS)
    ]
    assert said[:2] == ["{1: 1, 2: 8}\n", "{1: 1, 2: 9}\n"], "of one lane the last word of any plane"
    for line in (
        'cunguan_lane_instructions_total{code="done",lane="1"} 12.0', 'cunguan_lane_batches_total{lane="1"} 6.0',
        'cunguan_lane_instructions_total{code="done",lane="2"} 19.0', 'cunguan_lane_batches_total{lane="2"} 5.0',
        'cunguan_lane_commit_seconds_total{lane="1"} 1.0', 'cunguan_lane_recoveries_total{lane="1"} 0.0',
        'cunguan_lane_queued{lane="2"} 9.0',
    ):  # fmt: skip
        assert line in said[2].splitlines()


def test_nothing_waits_where_no_plane_has_said_so(tmp_path: Path) -> None:
    assert metrics.queued(tmp_path / "metrics") == metrics.queued(tmp_path) == {}


@pytest.mark.parametrize(
    ("host", "networks", "may"),
    [
        ("127.0.0.1", [], True), ("::1", [], True), ("192.0.2.1", [], False), ("192.0.2.1", ["192.0.2.0/24"], True),
        ("192.0.3.1", ["192.0.2.0/24"], False), ("not an address", ["0.0.0.0/0"], False),
    ],
)  # fmt: skip
def test_only_this_host_and_named_networks_may_read(host: str, networks: list[str], may: bool) -> None:
    assert metrics.may_read(host, networks) is may
