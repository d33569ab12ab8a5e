"""Landing (落地): lines of a side, of any number, as a Parquet file that every engine reads.

Shape   the columns of `Line`, under the names and types of LINES (`reconciliation/match.py`)
Memory  what BATCH lines take
Errors  what cannot be a line (an amount beyond 64 bits) raises, and no file is left
"""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Final

import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.parquet as pq  # type: ignore[import-untyped]

from cunguan.reconciliation.lines import Line
from cunguan.reconciliation.match import LINES

BATCH: Final = 50_000


def land(path: Path, lines: Iterable[Line], tell: Callable[[int], None] = lambda count: None) -> Path:
    """Write the lines; `tell` hears how many are written so far."""
    half = path.with_name(path.name + ".half")
    schema, count = LINES.to_pyarrow(), 0
    try:
        with pq.ParquetWriter(half, schema, compression="zstd") as file:
            for batch in _batches(iter(lines)):
                file.write_table(pa.table({name: [getattr(one, name) for one in batch] for name in LINES}, schema))
                count += len(batch)
                tell(count)
        return half.replace(path)
    finally:
        half.unlink(missing_ok=True)


def _batches(lines: Iterator[Line]) -> Iterator[list[Line]]:
    while batch := list(islice(lines, BATCH)):
        yield batch
