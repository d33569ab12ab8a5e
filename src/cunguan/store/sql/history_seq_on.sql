-- history_seq_on: the last sequence of a business date or of one before it; no row before the first.
SELECT last_seq FROM batch
WHERE lane = %(lane)s AND business_date <= %(day)s ORDER BY business_date DESC, first_seq DESC LIMIT 1
