-- check_dates: the business dates of a lane after one and before its open day: their sequences, and whether files are issued.
SELECT d.business_date, d.first_seq, d.last_seq, EXISTS (
    SELECT FROM check_file f WHERE f.lane = %(lane)s AND f.business_date = d.business_date AND f.kind = 'lanmao')
FROM (SELECT business_date, min(first_seq) AS first_seq, max(last_seq) AS last_seq FROM batch
      WHERE lane = %(lane)s AND business_date > %(after)s AND business_date < %(before)s GROUP BY 1) d
ORDER BY 1
