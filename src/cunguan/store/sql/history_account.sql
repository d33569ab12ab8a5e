-- history_account: one account by its number.
SELECT account, code, owner, pool, currency FROM account WHERE lane = %(lane)s AND account = %(account)s
