-- liability_pools: every pool with its lane's head and open date, as of one snapshot of the database.
SELECT p.lane, p.id, p.currency, l.head, d.business_date FROM pool p JOIN lane l ON l.lane = p.lane JOIN lane_day d ON d.lane = p.lane
WHERE (%(lane)s::int4 IS NULL OR p.lane = %(lane)s) AND (%(pool)s::text IS NULL OR p.id = %(pool)s) ORDER BY p.lane, p.id
