-- history_named: the accounts of a code that an owner has, or that a pool has at its banks and channels.
SELECT account, code, owner, pool, currency FROM account
WHERE lane = %(lane)s AND code = %(code)s AND account IN (
    SELECT account FROM account WHERE lane = %(lane)s AND owner = %(owner)s
    UNION SELECT account FROM bank_account WHERE lane = %(lane)s AND pool = %(owner)s
    UNION SELECT account FROM clearing WHERE lane = %(lane)s AND pool = %(owner)s)
ORDER BY account
