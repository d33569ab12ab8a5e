-- console_bank_accounts: the pools' accounts at banks, with what the books have in them. Locks nothing.
SELECT b.lane, d.platform, b.id, b.pool, b.channel, '…' || right(b.reference, 4) AS reference, b.state, b.account, p.currency,
       coalesce(n.balance, 0) AS balance_minor
FROM bank_account b JOIN lane_day d ON d.lane = b.lane JOIN pool p ON p.lane = b.lane AND p.id = b.pool
LEFT JOIN balance n ON n.lane = b.lane AND n.account = b.account
WHERE (%(lane)s::int4 IS NULL OR b.lane = %(lane)s::int4) AND (%(k0)s::int4 IS NULL OR (b.lane, b.id) > (%(k0)s::int4, %(k1)s::text))
ORDER BY b.lane, b.id LIMIT %(limit)s
