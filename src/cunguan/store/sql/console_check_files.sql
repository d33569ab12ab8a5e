-- console_check_files: dates whose check file its platform has not confirmed, the oldest first. Locks nothing.
SELECT f.lane, d.platform, f.business_date, f.issued_at, f.row_count, d.business_date - f.business_date AS age_days,
       (SELECT count(*) FROM check_break b WHERE b.lane = f.lane AND b.business_date = f.business_date AND b.state <> 'closed') AS breaks
FROM check_file f JOIN lane_day d ON d.lane = f.lane
WHERE f.kind = 'lanmao' AND NOT EXISTS (SELECT FROM check_confirm c WHERE c.lane = f.lane AND c.business_date = f.business_date)
  AND (%(lane)s::int4 IS NULL OR f.lane = %(lane)s::int4)
  AND (%(k0)s::date IS NULL OR (f.business_date, f.lane) > (%(k0)s::date, %(k1)s::int4))
ORDER BY f.business_date, f.lane LIMIT %(limit)s
