-- receipt_accounts: whose some accounts of a lane are.
SELECT account, owner, code, currency FROM account WHERE lane = %(lane)s AND account = ANY(%(accounts)s::int8[])
