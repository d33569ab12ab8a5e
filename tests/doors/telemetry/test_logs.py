"""Logs: what helps an operator is in them, what is somebody's is not."""

import io
import json
import logging
import threading
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest

from cunguan.doors.telemetry import logs

SECRETS = {
    "query": "GET /v1/accounts?name=planted-secret HTTP/1.1",
    "token": "a page failed: GET /authorise/planted-secret",
    "signature": "Signature: sig1=:planted-secret:",
    "authorization": "Authorization: Bearer planted-secret-of-some-length",
    "password": "postgresql://owner:planted-secret@host/db",
    "key": "-----BEGIN PRIVATE KEY-----\nplanted-secret\n-----END PRIVATE KEY-----",
}


@pytest.fixture
def lines() -> Iterator[Callable[[], list[dict[str, Any]]]]:
    """A logger in our form, and what it has written."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logs.formatter("plane-1", False))
    logger = logging.getLogger("cunguan.test")
    logger.addHandler(handler)
    logger.setLevel("INFO")
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    logger.removeHandler(handler)


Lines = Callable[[], list[dict[str, Any]]]
log = logging.getLogger("cunguan.test")


def test_a_line_names_process_lane_and_instruction(lines: Lines) -> None:
    def work() -> None:
        log.info("it was %s", "done", extra={"instruction_id": "bid-1", "request_id": "r-1"})

    thread = threading.Thread(target=work, name="lane-7")
    thread.start()
    thread.join()
    (line,) = lines()
    assert {name: line[name] for name in ("event", "process", "lane", "instruction_id", "request_id", "level")} == {
        "event": "it was done", "process": "plane-1", "lane": 7, "instruction_id": "bid-1", "request_id": "r-1",
        "level": "info",
    }  # fmt: skip
    assert line["time"].endswith("Z")


def test_a_field_that_is_not_on_the_list_is_dropped(lines: Lines) -> None:
    log.info("an opening", extra={"holder_name": "planted-secret", "body": b"planted-secret", "lane": 3})
    assert lines()[0]["lane"] == 3
    assert set(lines()[0]) <= logs.FIELDS
    assert "planted-secret" not in str(lines())


@pytest.mark.parametrize("name", sorted(SECRETS))
def test_what_looks_like_a_secret_is_hidden(lines: Lines, name: str) -> None:
    log.warning("%s", SECRETS[name])
    assert "planted-secret" not in str(lines())


def test_an_exception_tells_its_type_and_place_but_not_what_it_was_about(lines: Lines) -> None:
    try:
        int("planted-secret")
    except ValueError:
        log.exception("it failed")
    (line,) = lines()
    assert line["exception"] == "builtins.ValueError"
    assert "test_an_exception_tells" in line["where"][0]
    assert "planted-secret" not in str(line)


def test_of_an_error_of_postgresql_the_first_line_is_told() -> None:
    error = psycopg.errors.UniqueViolation("duplicate key\nDETAIL:  Key (id)=(planted-secret) already exists.")
    assert logs.told(error) == "psycopg.errors.UniqueViolation: duplicate key"
