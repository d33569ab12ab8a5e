-- check_days: the dates whose files are issued, after a date, with what became of each.
SELECT f.business_date, f.first_seq, f.seq, f.issued_at, f.issued_on, c.confirmed_at,
       (SELECT count(*) FROM check_break b WHERE b.lane = f.lane AND b.business_date = f.business_date AND b.state <> 'closed')
FROM check_file f LEFT JOIN check_confirm c ON c.lane = f.lane AND c.business_date = f.business_date
WHERE f.lane = %(lane)s AND f.kind = 'lanmao' AND f.business_date > %(after)s AND f.business_date <= %(upto)s
ORDER BY 1 LIMIT %(limit)s
