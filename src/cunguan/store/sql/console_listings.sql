-- console_listings: the listings of a lane, by reference. Locks nothing.
SELECT i.lane, i.id, i.borrower, i.state, p.currency, i.amount_minor, i.held_minor, i.lent_minor, i.repaid_minor
FROM listing i JOIN pool p ON p.lane = i.lane AND p.id = i.pool
WHERE i.lane = coalesce(%(lane)s::int4, 1) AND (%(k0)s::text IS NULL OR i.id > %(k0)s::text) ORDER BY i.id LIMIT %(limit)s
