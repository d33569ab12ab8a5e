-- platform_days: the dates of a lane whose check files are issued, newest first, before a date; with what became of each.
SELECT f.business_date AS date, f.first_seq, f.seq AS last_seq, f.issued_at, f.issued_on, c.confirmed_at,
       (SELECT count(*) FROM check_break b WHERE b.lane = f.lane AND b.business_date = f.business_date AND b.state <> 'closed') AS breaks_open
FROM check_file f LEFT JOIN check_confirm c ON c.lane = f.lane AND c.business_date = f.business_date
WHERE f.lane = %(lane)s AND f.kind = 'lanmao' AND (%(before)s::date IS NULL OR f.business_date < %(before)s)
ORDER BY 1 DESC LIMIT %(limit)s
