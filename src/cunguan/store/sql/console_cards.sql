-- console_cards: cards somebody has to look at, the oldest first. Locks nothing.
SELECT c.lane, d.platform, c.id, c.holder, c.bound_date, c.cooling_until, c.state, d.business_date - c.bound_date AS age_days
FROM card c JOIN lane_day d ON d.lane = c.lane
WHERE c.state = 'pending_review' AND (%(lane)s::int4 IS NULL OR c.lane = %(lane)s::int4)
  AND (%(k0)s::date IS NULL OR (c.bound_date, c.lane, c.id) > (%(k0)s::date, %(k1)s::int4, %(k2)s::text))
ORDER BY c.bound_date, c.lane, c.id LIMIT %(limit)s
