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
    for text in (COUNTS, COUNTS):
        subprocess.run([sys.executable, "-c", text], env=environ, check=True)
    page = subprocess.run([sys.executable, "-c", SHOWS], env=environ, check=True, capture_output=True, text=True).stdout
    assert 'cunguan_api_request_seconds_count{endpoint="/v1/platform",method="GET",status="200"} 2.0' in page
    assert (
        'cunguan_api_request_seconds_bucket{endpoint="/v1/platform",le="0.005",method="GET",status="200"} 2.0' in page
    )
    assert 'cunguan_x{lane="1"} 5.0' in page


@pytest.mark.parametrize(
    ("host", "networks", "may"),
    [
        ("127.0.0.1", [], True), ("::1", [], True), ("192.0.2.1", [], False), ("192.0.2.1", ["192.0.2.0/24"], True),
        ("192.0.3.1", ["192.0.2.0/24"], False), ("not an address", ["0.0.0.0/0"], False),
    ],
)  # fmt: skip
def test_only_this_host_and_named_networks_may_read(host: str, networks: list[str], may: bool) -> None:
    assert metrics.may_read(host, networks) is may
