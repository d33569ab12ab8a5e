-- liability_banks: a pool's bank accounts with what the books have on them.
SELECT k.id, k.reference, k.account, coalesce(b.balance, 0) FROM bank_account k
LEFT JOIN balance b ON b.lane = k.lane AND b.account = k.account WHERE k.lane = %(lane)s AND k.pool = %(pool)s ORDER BY k.id
