-- bank_accounts_of: the accounts of a channel, or of all, each with its lane, pool and currency; in a sandbox a client is called as his account.
SELECT a.lane, a.id, a.pool, p.currency, a.channel, a.reference, d.sandbox
FROM bank_account a JOIN pool p ON p.lane = a.lane AND p.id = a.pool JOIN lane_day d ON d.lane = a.lane
WHERE %(channel)s::text IS NULL OR a.channel = %(channel)s ORDER BY a.lane, a.id
