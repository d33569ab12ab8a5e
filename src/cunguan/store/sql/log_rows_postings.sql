-- log_rows_postings: the postings of a range of sequences.
SELECT line, debit_account, credit_account, amount_minor, authority, opened
FROM posting WHERE lane = %(lane)s AND seq BETWEEN %(first)s AND %(last)s ORDER BY seq, line
