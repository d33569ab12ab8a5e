-- platform_bank_accounts: the bank accounts of a lane's pools, with their currencies and the bank's own references. Locks nothing.
SELECT a.id, a.pool, a.channel, a.reference, p.currency FROM bank_account a JOIN pool p ON p.lane = a.lane AND p.id = a.pool
WHERE a.lane = %(lane)s ORDER BY a.id
