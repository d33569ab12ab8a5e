"""Books to log (留痕用的账册): committed rows of one lane, many of them, put there at once by SQL and not by a plane.

When    a part of `cunguan bench log` needs rows that leaves are made of
Shape   `count` bids, all done: each moves money from one of 5,000 clients to a listing's hold, each fourth brings its client's own
        authority, each twentieth has a second posting; batches of 50. What the books promise beyond leaves is not kept: balances
        after a posting are the number 0
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg

from cunguan.doors.bench import ground
from cunguan.doors.log.process import Ground, once
from cunguan.store.embedded.server import running

LANE = 1
STEP = 100_000

_ROWS = """
INSERT INTO batch SELECT {lane}, n, least(n + 49, %(last)s), '2026-03-02T09:00:00Z'::timestamptz + n * interval '1 ms', '2026-03-02',
    '1.0', 'cn_p2p', 3, repeat('ab', 32), 0 FROM generate_series(%(first)s::int8, %(last)s, 50) n;
INSERT INTO instruction SELECT {lane}, n, 0, 1, 'bid-' || n, 'bid_hold', 'done', '', convert_to('{{"lender":"lender-' || n %% 5000
    || '","listing":"listing-7","amount_minor":60000,"marketing_minor":0,"mandate":"mandate:lender-' || n %% 5000 || '"}}', 'UTF8'),
    '{{"hold":"bid"}}' FROM generate_series(%(first)s::int8, %(last)s) n;
INSERT INTO authority SELECT {lane}, n, 60000, 'P', 'lender-' || n %% 5000, 'bid', '', 'listing-7', '2026-06-01', 'sandbox_ed25519',
    'key-1', sha256(n::text::bytea) || sha256(n::text::bytea), sha256(n::text::bytea), sha256('k'), sha256('a') || sha256('b')
    FROM generate_series(%(first)s::int8, %(last)s) n WHERE n %% 4 = 0;
INSERT INTO journal SELECT {lane}, n, CASE WHEN n %% 20 = 0 THEN 2 ELSE 1 END, NULL, 'bid_hold'
    FROM generate_series(%(first)s::int8, %(last)s) n;
INSERT INTO posting SELECT {lane}, n, line, 1000 + (n %% 5000) * 2 + line, 7, 60000, 0, 0, n, n
    FROM generate_series(%(first)s::int8, %(last)s) n, generate_series(0, CASE WHEN n %% 20 = 0 THEN 1 ELSE 0 END) line;
UPDATE lane SET head = %(last)s WHERE lane = {lane}
"""


@contextmanager
def books(name: str) -> Iterator[tuple[str, Path]]:
    """Yield the owner's URL of an empty database with a lane, and a home beside it; both go at the end."""
    with (
        TemporaryDirectory(prefix="cunguan-bench-") as folder,
        running(ground.home_of(Path(folder))) as owner,
        ground.database(owner, name) as url,
    ):
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("INSERT INTO lane (lane, token, head) VALUES (%s, 0, 0)", (LANE,))
        home = Path(folder) / "log-home"
        home.mkdir()
        yield url, home


def commit(url: str, first: int, last: int, say: Callable[[str], None]) -> None:
    """Put rows of the sequences from `first` to `last`."""
    with psycopg.connect(url, autocommit=True) as connection:
        for begin in range(first, last + 1, STEP):
            params = {"first": begin, "last": min(begin + STEP - 1, last)}
            with connection.transaction():
                for statement in _ROWS.format(lane=LANE).split(";\n"):
                    connection.execute(statement.encode(), params)
            say(f"{params['last']:,} sequences committed")
        connection.execute("ANALYZE")


def publish(url: str, home: Path) -> None:
    """Take everything into the log, and publish it."""
    once(Ground(url, home, {}))
