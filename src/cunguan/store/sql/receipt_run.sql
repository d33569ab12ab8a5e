-- receipt_run: a month of a lane of which all accounts are stated.
SELECT upto_seq, statements FROM account_statement_run WHERE lane = %(lane)s AND month = %(month)s
