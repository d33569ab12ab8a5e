-- client_day_ends: the last sequence of a lane up to each of some business dates, 0 before the first; by a role that reads the table
-- itself, for behind the wall no order comes out of an index. It says nothing of anybody. Locks nothing.
SELECT d.day, coalesce(b.last_seq, 0) AS seq FROM unnest(%(days)s::date[]) d(day)
LEFT JOIN LATERAL (SELECT last_seq FROM batch WHERE lane = %(lane)s AND business_date <= d.day
    ORDER BY business_date DESC, first_seq DESC LIMIT 1) b ON true ORDER BY d.day
