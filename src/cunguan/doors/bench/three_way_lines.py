"""Lines of the bench (对账数据): platform, ledger and bank of one day as Parquet, with breaks of each kind planted.

Shape   PLANTED: in each thousand references, one of each break that lines can show; ten whose reference the bank lost, ten
        that the bank booked as one by their batch; all else is alike on all three sides, which stand in three orders
"""

from collections.abc import Callable
from pathlib import Path
from typing import Final

import duckdb

DAY: Final = "2026-11-24"

#: place in each thousand -> the break it must be
PLANTED: Final = {
    1: "BRK01", 2: "BRK02", 3: "BRK03", 4: "BRK04", 5: "BRK05", 6: "BRK06", 7: "BRK07",
    8: "BRK08", 9: "BRK09", 10: "BRK10", 11: "BRK11", 12: "BRK12", 13: "BRK13", 14: "BRK16",
}  # fmt: skip

#: no multiple of it is as long as a side, so that each side is a permutation
STRIDE: Final = 7_368_787

_LINES = """
SELECT r AS line, i, i % 1000 AS place,
       (CASE WHEN hash(i) % 2 = 0 THEN 1 ELSE -1 END * (1000 + hash(i + 7) % 5000000)::bigint) AS amount_minor,
       'CNY' AS currency, DATE '{day}' AS booked_on, 'W' || lpad(i::varchar, 12, '0') AS reference,
       CASE WHEN i % 1000 BETWEEN 30 AND 39 THEN 'M' || (i // 1000) ELSE '' END AS batch,
       'pool-' || (i // 1000) % 4 AS account, md5((i % 300007)::varchar) AS counterparty, 'P' || i % 2000 AS listing,
       'done' AS status, '' AS kind, DATE '{day}' AS value_on, TRUE AS at_platform, TRUE AS at_bank
FROM (SELECT range AS r, (range * {stride} + {shift}) % {count} AS i FROM range({count}))
"""

_SIDES = {
    "platform": """
SELECT * REPLACE (NULL::date AS value_on, '' AS account, '' AS batch,
    CASE WHEN place = 4 THEN 'failed' ELSE status END AS status)
FROM lines WHERE place NOT IN (1, 8)
""",
    "ledger": "SELECT * FROM lines WHERE place NOT IN (2, 8)",
    "bank": """
SELECT * REPLACE ('' AS listing, '' AS status, '' AS batch,
    CASE WHEN place BETWEEN 20 AND 29 THEN '' ELSE reference END AS reference,
    CASE WHEN place IN (3, 13) THEN amount_minor + 1 ELSE amount_minor END AS amount_minor,
    CASE WHEN place = 6 THEN md5('nobody') ELSE counterparty END AS counterparty,
    CASE WHEN place = 7 THEN booked_on + 1 ELSE booked_on END AS booked_on,
    CASE WHEN place = 14 THEN value_on - 1 ELSE value_on END AS value_on,
    CASE WHEN place = 13 THEN 'exchange' ELSE '' END AS kind)
FROM lines WHERE place NOT IN (2, 9) AND place NOT BETWEEN 30 AND 39
UNION ALL BY NAME
SELECT * REPLACE ('' AS listing, '' AS status, '' AS batch, line + {count} AS line,
    CASE place WHEN 5 THEN amount_minor WHEN 12 THEN -3 ELSE -amount_minor END AS amount_minor,
    CASE place WHEN 10 THEN 'reversal' WHEN 11 THEN 'return' WHEN 12 THEN 'charge' ELSE '' END AS kind)
FROM lines WHERE place IN (5, 10, 11, 12)
UNION ALL BY NAME
SELECT {count} * 2 + min(i) AS line, min(i) AS i, 30 AS place, sum(amount_minor)::bigint AS amount_minor, currency, booked_on,
    batch AS reference, '' AS batch, account, '' AS counterparty, '' AS listing, '' AS status, '' AS kind, value_on,
    TRUE AS at_platform, TRUE AS at_bank
FROM lines WHERE place BETWEEN 30 AND 39 GROUP BY batch, account, currency, booked_on, value_on
""",
}


def write(folder: Path, count: int, say: Callable[[str], None]) -> None:
    """Write the three sides, `count` references each."""
    with duckdb.connect(config={"memory_limit": "2500MB", "temp_directory": str(folder / "duckdb")}) as connection:
        for shift, (side, text) in enumerate(_SIDES.items()):
            say(f"{count:,} lines of the {side}")
            lines = _LINES.format(day=DAY, stride=STRIDE, shift=shift * 1_000_003, count=count)
            query = f"WITH lines AS NOT MATERIALIZED ({lines}) SELECT * EXCLUDE (i, place) FROM ({text.format(count=count)})"
            connection.execute(f"COPY ({query}) TO '{folder / side}.parquet' (FORMAT parquet)")
