-- log_opening_postings: the postings of one sequence as the log sees them.
SELECT lane, seq, line, debit_account, credit_account, amount_minor, authority, opened
FROM posting WHERE lane = %(lane)s AND seq = %(seq)s ORDER BY line
