"""DuckDB (本机引擎): runs the matching in this process, within a bound of memory; what does not fit goes to the folder.

When    a day's reconciliation, unless lines are so many that a cluster is kept for them (`spark.py`)
Units   memory in MB: DuckDB's own bound; the process takes some 300 MB more
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import ibis

from cunguan.reconciliation.lines import Found

MEMORY_MB: Final = 2_500
TELL_SECONDS: Final = 2.0
BREAKS_AT_ONCE: Final = 50_000


class Duck:
    """An open engine; `folder` takes what memory does not; `by_text`: a matching may be compiled once and asked as text."""

    by_text: Final = True

    def __init__(self, folder: Path, memory_mb: int = MEMORY_MB) -> None:
        self.ibis = ibis.duckdb.connect(
            memory_limit=f"{memory_mb}MB", temp_directory=str(folder / "duckdb"), preserve_insertion_order=False
        )

    def table(self, path: Path) -> ibis.Table:
        """Return the lines that were landed there."""
        return self.ibis.read_parquet(path)

    def hold(self, rest: ibis.Table) -> ibis.Table:
        """Return it as it is: DuckDB works out once what is named several times."""
        return rest

    def found(self, expression: ibis.Table, tell: Callable[[float], None] = lambda share: None) -> Iterator[Found]:
        """Yield the breaks; `tell` hears each two seconds what share (0 to 1) is done."""
        with _telling(self.ibis.con, tell):
            batches = self.ibis.to_pyarrow_batches(expression)
        schema = expression.schema().to_pyarrow()  # sums come wider than they are
        for batch in batches:
            yield from (Found(**row) for row in batch.cast(schema).to_pylist())

    def named(self, name: str, path: Path) -> ibis.Table:
        """Return the lines that were landed there, under a name that statements may call them by."""
        return self.ibis.read_parquet(path, table_name=name)

    def asked(self, text: str, schema: Any) -> Iterator[Found]:
        """Yield the breaks of a statement that was compiled before; sums come wider than they are."""
        for batch in self.ibis.con.execute(text).to_arrow_reader(BREAKS_AT_ONCE):
            yield from (Found(**row) for row in batch.cast(schema).to_pylist())

    def close(self) -> None:
        """Let go of memory and folder."""
        self.ibis.disconnect()

    def __enter__(self) -> "Duck":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


@contextmanager
def _telling(connection: Any, tell: Callable[[float], None]) -> Iterator[None]:
    is_over = threading.Event()

    def watch() -> None:
        while not is_over.wait(TELL_SECONDS):
            tell(max(0.0, connection.query_progress()) / 100)

    watcher = threading.Thread(target=watch, name="duckdb-progress", daemon=True)
    watcher.start()
    try:
        yield
    finally:
        is_over.set()
        watcher.join()
