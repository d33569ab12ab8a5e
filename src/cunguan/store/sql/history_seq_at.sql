-- history_seq_at: the last sequence that was decided at an instant or before it; no row before the first.
SELECT last_seq FROM batch WHERE lane = %(lane)s AND at <= %(at)s ORDER BY at DESC, first_seq DESC LIMIT 1
