"""The kept dump: the first schema with the small book of tests/prove, as it lay in PostgreSQL when it was first closed.

It is never made again: later schemas upgrade it, and the proof must give the digest that stands beside it
(test_upgrade.py says more of the way there).
Made once by `python -m tests.store.test_kept_dump FOLDER_OF_PG_BINARIES`, with pg_dump as one INSERT for many rows.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import psycopg

from cunguan.desks.ledger.migrate import migrate
from cunguan.prove.report import prove
from cunguan.store.embedded.server import Server
from cunguan.store.postgres import SCHEMA
from tests.prove.case import book, fill

KEPT = Path(__file__).parent / "kept"
DUMP = ["--no-owner", "--no-privileges", "--rows-per-insert=200", "--encoding=UTF8"]


def test_the_first_schema_still_loads_and_proves_to_its_digest_at_head(wheel_database: str) -> None:
    with psycopg.connect(wheel_database, autocommit=True) as owner:
        owner.execute((KEPT / "0001_books.sql").read_bytes())
    migrate(wheel_database)
    report = prove(wheel_database, platform=None, as_of=None)
    truth = json.loads((KEPT / "0001_books.json").read_text("utf-8"))
    assert report.holds
    assert report.digest == truth["digest"]
    with psycopg.connect(wheel_database) as owner:
        for table, count in (truth["rows"] | {"schema_step": SCHEMA}).items():
            assert owner.execute(f"SELECT count(*) FROM public.{table}").fetchone() == (count,), table


def make(binaries: Path) -> None:
    """Write the dump and what the proof says of it."""
    with tempfile.TemporaryDirectory(prefix="cunguan-kept-") as folder:
        Path(folder).chmod(0o711)
        server = Server(Path(folder), binaries)
        url = server.start(tied=True)
        fill(url, book())
        text = subprocess.run([binaries / "pg_dump", *DUMP, url], check=True, capture_output=True, text=True).stdout
        lines = [
            line for line in text.splitlines() if not line.startswith(("\\", "--", "SET transaction_timeout")) and line
        ]
        report = prove(url, platform=None, as_of=None)
        with psycopg.connect(url) as owner:
            names = [name for (name,) in owner.execute("SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') "
                                                       "AND relnamespace = 'public'::regnamespace ORDER BY 1")]  # fmt: skip
            rows = {name: owner.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in names}
        server.stop()
    assert report.holds
    KEPT.mkdir(exist_ok=True)
    (KEPT / "0001_books.sql").write_text("\n".join(lines) + "\n", "utf-8")
    (KEPT / "0001_books.json").write_text(json.dumps({"digest": report.digest, "rows": rows}, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    make(Path(sys.argv[1]))
