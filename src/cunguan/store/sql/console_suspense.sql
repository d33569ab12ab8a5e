-- console_suspense: money nobody is known to own yet, the oldest first; `returns`: that of returned payments (2220) and no other, or all
-- but that. Locks nothing.
SELECT i.lane, d.platform, i.id, i.pool, i.bank_account, i.code, o.currency, i.amount_minor, i.left_minor, i.received_date, i.seq,
       d.business_date - i.received_date AS age_days, i.reference, i.owner, i.break_id, i.state
FROM suspense_item i JOIN pool o ON o.lane = i.lane AND o.id = i.pool JOIN lane_day d ON d.lane = i.lane
WHERE i.state NOT IN ('allocated', 'returned_to_source') AND (%(returns)s::bool = (i.code = '2220'))
  AND (%(lane)s::int4 IS NULL OR i.lane = %(lane)s::int4)
  AND (%(k0)s::date IS NULL OR (i.received_date, i.lane, i.seq) > (%(k0)s::date, %(k1)s::int4, %(k2)s::int8))
ORDER BY i.received_date, i.lane, i.seq LIMIT %(limit)s
