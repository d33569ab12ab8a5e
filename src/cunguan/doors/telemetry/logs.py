"""Logs (日志): every process writes lines of JSON, or readable ones at a terminal, with nothing in them that is somebody's.

Shape   time, level, logger, event, process; lane, instruction_id, request_id and the other fields of FIELDS where there are
        any: a field that is not on the list is dropped
        of an exception: its type and where it happened; its text only where it is PostgreSQL's or ours, and of that the first
        line, for the rest of it may hold rows
Errors  none: what cannot be told is left out
Source  style.md; structlog's documentation of standard library logging
"""

import logging
import logging.config
import os
import re
import secrets
import sys
import traceback
from collections.abc import Iterator, Mapping, MutableMapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from types import TracebackType
from typing import Any, Final

import structlog

from cunguan.doors.supervisor.child import PROCESS
from cunguan.doors.supervisor.lifeline import LIFELINE

#: what a line may hold
FIELDS: Final = frozenset({
    "time", "level", "logger", "event", "process", "pid", "lane", "instruction_id", "request_id", "trace_id", "platform",
    "key_id", "kind", "code", "status", "method", "endpoint", "loop", "job", "count", "seconds", "exception", "where",
})  # fmt: skip

#: libraries that tell what was asked of them
QUIET: Final = {"httpx": "WARNING", "httpcore": "WARNING", "procrastinate": "CRITICAL", "asyncio": "WARNING"}

_LANE: Final = re.compile(r"lane-(\d+)")
_SCRUBS: Final = (
    (re.compile(r"-----BEGIN [^-]*KEY-----.*?(-----END [^-]*KEY-----|\Z)", re.DOTALL), "[key]"),
    (re.compile(r"(?i)(/(?:authorise|gateway|download)/)[^\s\"'/?]+"), r"\1[token]"),
    (re.compile(r"(?i)(/sign/(?:ask/)?)[^\s\"'/?]{20,}"), r"\1[token]"),
    (re.compile(r"\?[^\s\"'<>]*=[^\s\"'<>]*"), "?[query]"),
    (re.compile(r"(?i)\b((?:proxy-)?authorization|signature|cookie|password|token|secret)(\s*[=:]\s*)\S+(?:\s+\S{16,})?"), r"\1\2[hidden]"),
    (re.compile(r"://[^/@\s:]+:[^@\s]+@"), "://[hidden]@"),
)  # fmt: skip

#: the id of the request that is answered here; empty when it is over, also for a task that was begun within and lives on
_REQUEST: Final[ContextVar[Sequence[str]]] = ContextVar("request", default=())

Event = MutableMapping[str, Any]


@contextmanager
def of_a_request() -> Iterator[str]:
    """Let every line that is written within name one request; its id is made here, for a sender's could be anything."""
    name = secrets.token_hex(8)
    held = [name]
    _REQUEST.set(held)
    try:
        yield name
    finally:
        held.clear()


def set_up(process: str, environ: Mapping[str, str] = os.environ) -> None:
    """Let everything this process logs go out in this form, to standard error."""
    name = environ.get(PROCESS, process)
    logging.config.dictConfig(config(name, sys.stderr.isatty()))
    sys.excepthook = _ends


def _ends(kind: type[BaseException], error: BaseException, place: TracebackType | None) -> None:
    logging.getLogger("cunguan").critical("the process ends by a fault", exc_info=(kind, error, place))


def config(name: str, is_terminal: bool) -> dict[str, Any]:
    """Return the form as a configuration of the standard library, which a server hands to its workers too."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"cunguan": {"()": formatter, "name": name, "is_terminal": is_terminal}},
        "handlers": {
            "cunguan": {"class": "logging.StreamHandler", "formatter": "cunguan", "stream": "ext://sys.stderr"}
        },
        "root": {"handlers": ["cunguan"], "level": "INFO"},
        "loggers": {
            **{name: {"level": level} for name, level in QUIET.items()},
            "_granian": {"handlers": [], "propagate": True, "level": "INFO"},
            "granian.access": {"handlers": [], "propagate": False},
        },
    }


def formatter(name: str, is_terminal: bool) -> logging.Formatter:
    """Return what makes a line of a record."""

    def named(logger: Any, method: str, event: Event) -> Event:
        event["process"], event["pid"] = name, os.getpid()
        return event

    last: list[Any] = [structlog.dev.ConsoleRenderer()] if is_terminal else [structlog.processors.JSONRenderer()]
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[
            structlog.stdlib.ExtraAdder(allow=FIELDS),
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
            _lane,
            _request,
        ],
        processors=[_exception, structlog.stdlib.ProcessorFormatter.remove_processors_meta, named, only_known, *last],
    )


def announce(line: str, environ: Mapping[str, str] = os.environ) -> None:
    """Say to a person that a process has begun; under a supervisor it is a line of the log."""
    if LIFELINE in environ:
        logging.getLogger("cunguan").info(line)
    else:
        print(line, flush=True)


def only_known(logger: Any, method: str, event: Event) -> Event:
    """Drop what is not on the list, and hide what looks like a secret in what is left."""
    return {
        name: scrubbed(value) if isinstance(value, str) else value for name, value in event.items() if name in FIELDS
    }


def scrubbed(text: str) -> str:
    """Return a text without what looks like a secret.

    >>> scrubbed("GET /authorise/eyJhb?next=https://x/y failed; Signature: sig1=:abc:")
    'GET /authorise/[token]?[query] failed; Signature: [hidden]'
    """
    for pattern, instead in _SCRUBS:
        text = pattern.sub(instead, text)
    return text


def _lane(logger: Any, method: str, event: Event) -> Event:
    record = event.get("_record")
    found = _LANE.match(record.threadName or "") if record is not None else None
    if found is not None:
        event.setdefault("lane", int(found[1]))
    return event


def _request(logger: Any, method: str, event: Event) -> Event:
    for name in _REQUEST.get():
        event.setdefault("request_id", name)
    return event


def _exception(logger: Any, method: str, event: Event) -> Event:
    raised = event.pop("exc_info", None)
    if isinstance(raised, tuple) and raised[1] is not None:
        event["exception"], event["where"] = told(raised[1]), _where(raised[2])
    return event


def told(error: BaseException | None) -> str:
    """Return an exception's type, and its first line where PostgreSQL or we have written it."""
    kind = type(error)
    name = f"{kind.__module__}.{kind.__qualname__}"
    if kind.__module__.split(".")[0] not in ("psycopg", "psycopg_pool", "cunguan"):
        return name
    first = str(error).partition("\n")[0]
    return f"{name}: {first}" if first else name


def _where(place: TracebackType | None) -> list[str]:
    return [
        f"{frame.filename.rpartition('/src/')[2]}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(place)
    ]
