-- bank_holders_named: the holder accounts of a lane that are called by their ids, or by the numbers of their 2010.
SELECT id, base FROM holder_account WHERE lane = %(lane)s AND id = ANY(%(ids)s)
UNION
SELECT h.id, h.base FROM account a JOIN holder_account h ON h.lane = a.lane AND h.id = a.owner AND h.base = a.account
WHERE a.lane = %(lane)s AND a.account = ANY(%(numbers)s) AND a.code = '2010'
