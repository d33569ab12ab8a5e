"""Spark (集群引擎): runs the same matching on a cluster, for lines that one machine does not hold; the extra `scale`, and Java.

When    `cunguan reconcile --engine spark`, CUNGUAN_RECONCILE_ENGINE=spark: `local[2]`, two threads of this machine. A program gives
        `master` of a cluster, and a folder that all of its machines see
Errors  ImportError named `java`: no Java runtime is there, and Spark is a program of it
Differs texts are hashed to 32 bits here and to 64 in DuckDB: one differing text in four thousand million would not be seen.
        Amounts, currencies and references are never compared by a hash, on neither
"""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import ibis
from pyspark.sql import SparkSession

from cunguan.reconciliation.lines import Found

#: what keeps Spark to this machine and its answers in UTC; shuffles of a day need few parts
CONFIG = {
    "spark.ui.enabled": "false",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.shuffle.partitions": "8",
}


class Spark:
    """An open engine, with the names of `Duck`; `folder` takes what Spark writes beside it."""

    by_text: Final = False

    def __init__(self, folder: Path, master: str = "local[2]", config: dict[str, str] | None = None) -> None:
        if not (os.environ.get("JAVA_HOME") or shutil.which("java")):
            raise ImportError("there is no Java runtime", name="java")
        builder = SparkSession.builder.master(master).appName("cunguan")
        here = {"spark.local.dir": str(folder / "spark"), "spark.sql.warehouse.dir": str(folder / "warehouse")}
        for name, value in (CONFIG | here | (config or {})).items():
            builder = builder.config(name, value)
        self.session = builder.getOrCreate()
        self.ibis = ibis.pyspark.connect(self.session)

    def table(self, path: Path) -> ibis.Table:
        """Return the lines that were landed there."""
        return self.ibis.read_parquet(path)

    def named(self, name: str, path: Path) -> ibis.Table:
        """Return the lines that were landed there, under a name."""
        return self.ibis.read_parquet(path, table_name=name)

    def hold(self, rest: ibis.Table) -> ibis.Table:
        """Keep a table: Spark would work it out again wherever it is named."""
        return rest.cache()

    def found(self, expression: ibis.Table) -> Iterator[Found]:
        """Yield the breaks; Spark itself shows how far it is."""
        yield from (Found(**row) for row in self.ibis.to_pyarrow(expression).to_pylist())

    def close(self) -> None:
        """End the session."""
        self.session.stop()

    def __enter__(self) -> "Spark":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
