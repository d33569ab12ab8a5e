-- console_statements: bank accounts whose statement of the last closed date has not come. Locks nothing.
SELECT b.lane, b.platform, b.id, b.pool, b.channel, b.business_date AS wanted_day, last.day AS last_day
FROM (
    SELECT b.lane, d.platform, b.id, b.pool, b.channel, day.business_date FROM bank_account b JOIN lane_day d ON d.lane = b.lane
    CROSS JOIN LATERAL (SELECT t.business_date FROM batch t WHERE t.lane = b.lane AND t.business_date < d.business_date
        ORDER BY t.business_date DESC, t.first_seq DESC LIMIT 1) day
    WHERE b.state = 'active') b
LEFT JOIN LATERAL (SELECT s.day FROM bank_statement s WHERE s.lane = b.lane AND s.bank_account = b.id AND s.kind = 'statement'
    AND s.state NOT IN ('replaced', 'refused') ORDER BY s.day DESC LIMIT 1) last ON true
WHERE (last.day IS NULL OR last.day < b.business_date) AND (%(lane)s::int4 IS NULL OR b.lane = %(lane)s::int4)
  AND (%(k0)s::int4 IS NULL OR (b.lane, b.id) > (%(k0)s::int4, %(k1)s::text))
ORDER BY b.lane, b.id LIMIT %(limit)s
