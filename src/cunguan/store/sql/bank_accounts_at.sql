-- bank_accounts_at: the numbers of a lane's accounts at a bank. Locks nothing.
SELECT reference FROM bank_account WHERE lane = %(lane)s AND channel = %(channel)s
