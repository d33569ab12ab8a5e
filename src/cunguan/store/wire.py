"""Wire (连接): one connection of the writer, spoken at libpq's level so that nothing waits without need.

When    the writer copies a batch, sends its end, and waits for COMMIT, each at its own time
Errors  Fenced, Refused: PostgreSQL said no to this batch; Lost: the connection is gone, or PostgreSQL cannot write just
        now, and a fresh connection must tell what is true; Broken: the schema or the rights are not ours, the lane stops
Source  design/lanes.md rules 3-5; libpq manual, "Asynchronous Command Processing", "Pipeline Mode"
"""

import select
from collections.abc import Sequence
from typing import Any

import psycopg
from psycopg import pq

from cunguan.store.batch import Fenced, Refused

_OK = (pq.ExecStatus.COMMAND_OK, pq.ExecStatus.TUPLES_OK)
FENCED = b"CG001"
#: classes of SQLSTATE: constraint, data, limits and our own checks blame a batch
_BLAME = (b"22", b"23", b"54", b"CG")
#: these pass by themselves: connection, read-only standby, deadlock, no disk or memory, lock, server going away, its system
_PASSING = (b"08", b"25", b"40", b"53", b"55", b"57", b"58")
#: a network that went silent is noticed in seconds; sockets of this machine need and take none of it
ALIVE: dict[str, Any] = {
    "connect_timeout": 5,
    "tcp_user_timeout": 5_000,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 2,
}


class Lost(ConnectionError):
    """The connection ended before PostgreSQL answered: ask a fresh one what is true."""


class Broken(RuntimeError):
    """PostgreSQL refuses what it should take from us: no instruction is to blame, and trying again does not help."""


class Wire:
    """A connection that sends first and reads later."""

    def __init__(self, conninfo: str, name: str = "") -> None:
        self._connection = psycopg.connect(conninfo, autocommit=True, application_name=name or "cunguan", **ALIVE)
        self._pg: Any = self._connection.pgconn
        self._pg.nonblocking = 1
        self._poll = select.poll()

    def prepare(self, name: str, sql: str) -> None:
        """Prepare a statement that `pipeline` will name."""
        self._pg.send_prepare(name.encode(), sql.encode())
        self._flush()
        self._all_results()

    def fileno(self) -> int:
        """Return the socket to wait on."""
        return int(self._pg.socket)

    def script(self, sql: str, copies: Sequence[bytes]) -> None:
        """Run statements in one round; each COPY in them takes the next buffer."""
        self._pg.send_query(sql.encode())
        waiting = iter(copies)
        failed = None
        while (result := self._next()) is not None:
            if result.status == pq.ExecStatus.COPY_IN:
                self._pg.put_copy_data(next(waiting))
                self._pg.put_copy_end()
                self._flush()
            elif result.status not in _OK and failed is None:
                failed = result
        if failed is not None:  # said when all is read, so that a rollback can be sent
            self._fail(failed)

    def send(self, statements: Sequence[tuple[str, Sequence[bytes | None]]]) -> None:
        """Send prepared statements in one pipeline and do not wait for their answers."""
        self._pg.enter_pipeline_mode()
        for name, params in statements:
            self._pg.send_query_prepared(name.encode(), params, [1] * len(params))
        self._pg.pipeline_sync()
        self._flush()

    def is_answered(self) -> bool:
        """Take in what has arrived; return whether the pipeline's first answer is complete."""
        self._guard(self._pg.consume_input)
        return not self._pg.is_busy()

    def wait(self) -> None:
        """Wait for every answer of the pipeline; raise for the first that failed."""
        failed = None
        while True:
            result = self._next()
            if result is None:
                continue
            if result.status == pq.ExecStatus.PIPELINE_SYNC:
                break
            if result.status not in _OK and failed is None and result.status != pq.ExecStatus.PIPELINE_ABORTED:
                failed = result
        self._pg.exit_pipeline_mode()
        if failed is not None:
            self._fail(failed)

    def rollback(self) -> None:
        """Leave a failed transaction; nothing of it stays."""
        self.script("ROLLBACK", ())

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    # ── reading and waiting ──────────────────────────────────────────────────
    def _next(self) -> Any:
        while self._pg.is_busy():
            self._wait(select.POLLIN)
            self._guard(self._pg.consume_input)
        result = self._pg.get_result()
        if self._pg.status != pq.ConnStatus.OK:
            raise Lost("the connection was lost" if result is None else result.get_error_message())
        return result

    def _all_results(self) -> None:
        while (result := self._next()) is not None:
            if result.status not in _OK:
                self._fail(result)

    def _flush(self) -> None:
        while self._guard(self._pg.flush):
            if self._wait(select.POLLIN | select.POLLOUT) & select.POLLIN:
                self._guard(self._pg.consume_input)

    def _wait(self, events: int) -> int:
        self._poll.register(self.fileno(), events)
        [(_, ready)] = self._poll.poll()
        return ready

    def _guard(self, call: Any) -> Any:
        try:
            return call()
        except psycopg.OperationalError as error:
            raise Lost(str(error)) from error

    def _fail(self, result: Any) -> None:
        state = result.error_field(pq.DiagnosticField.SQLSTATE) or b""
        text = (result.error_field(pq.DiagnosticField.MESSAGE_PRIMARY) or b"").decode(errors="replace")
        detail = (result.error_field(pq.DiagnosticField.MESSAGE_DETAIL) or b"").decode(errors="replace")
        if state == FENCED:
            raise Fenced(text)
        said = f"{state.decode()} {text} {detail}".strip()
        if state[:2] in _BLAME:
            raise Refused(said)
        raise Lost(said) if not state or state[:2] in _PASSING else Broken(said)
