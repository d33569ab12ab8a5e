-- platform_bank_accounts: the bank accounts of a lane's pools.
SELECT id, pool, channel FROM bank_account WHERE lane = %(lane)s ORDER BY id
