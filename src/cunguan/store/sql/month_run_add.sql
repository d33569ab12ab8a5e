-- month_run_add: note that all accounts of a lane's month are stated; once.
INSERT INTO account_statement_run (lane, month, upto_seq, statements, at)
SELECT %(lane)s, %(month)s, %(upto)s, count(*), now() FROM account_statement WHERE lane = %(lane)s AND month = %(month)s
ON CONFLICT DO NOTHING
