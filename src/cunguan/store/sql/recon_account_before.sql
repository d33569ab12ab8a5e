-- recon_account_before: up to where a bank account was compared whole before a date.
SELECT business_date, upto FROM recon_account
WHERE lane = %(lane)s AND bank_account = %(bank_account)s AND business_date < %(day)s ORDER BY business_date DESC, run DESC LIMIT 1
