-- recon_account_add: a bank account was compared whole up to a date.
INSERT INTO recon_account (lane, bank_account, business_date, upto, run)
VALUES (%(lane)s, %(bank_account)s, %(day)s, %(upto)s, %(run)s)
