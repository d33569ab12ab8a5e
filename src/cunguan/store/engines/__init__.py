"""Engines (计算引擎): what runs an expression of `reconciliation/`: DuckDB on this machine, Spark beside it; extras `recon`, `scale`."""

from pathlib import Path
from typing import Any, Final

DUCKDB: Final = "duckdb"
SPARK: Final = "spark"
NAMES: Final = (DUCKDB, SPARK)


def opened(name: str, folder: Path) -> Any:
    """Return an open engine by its name; an ImportError says what is missing. Each is loaded where there is something to match."""
    if name == SPARK:
        from cunguan.store.engines.spark import Spark

        return Spark(folder)
    from cunguan.store.engines.duck import Duck

    return Duck(folder)
