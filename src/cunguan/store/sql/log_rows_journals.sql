-- log_rows_journals: the journals of a range of sequences.
SELECT seq, postings, value_date, template FROM journal WHERE lane = %(lane)s AND seq BETWEEN %(first)s AND %(last)s ORDER BY seq
