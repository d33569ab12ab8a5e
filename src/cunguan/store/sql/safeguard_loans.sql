-- safeguard_loans: what is outstanding of the next listings of a pool as of a sequence, by borrower and holder; the last row has
-- the highest id that was looked at.
WITH page AS MATERIALIZED (
    SELECT id, pool, borrower FROM listing WHERE lane = %(lane)s AND id > %(after)s ORDER BY id LIMIT %(limit)s)
SELECT page.borrower, m.holder, sum(m.principal_minor)::int8
FROM page JOIN claim_move m ON m.lane = %(lane)s AND m.listing = page.id AND m.seq <= %(seq)s
WHERE page.pool = %(pool)s GROUP BY 1, 2, page.id HAVING sum(m.principal_minor) > 0
UNION ALL SELECT max(id), NULL, count(*) FROM page
