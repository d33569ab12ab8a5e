-- recon_lanes: the platforms' lanes, or one, with their open day, and the last sequence of a date and of what was before it.
SELECT d.lane, d.platform, d.business_date, d.pack,
       coalesce((SELECT last_seq FROM batch b WHERE b.lane = d.lane AND b.business_date < %(day)s
                 ORDER BY b.business_date DESC, b.first_seq DESC LIMIT 1), 0),
       coalesce((SELECT last_seq FROM batch b WHERE b.lane = d.lane AND b.business_date <= %(day)s
                 ORDER BY b.business_date DESC, b.first_seq DESC LIMIT 1), 0)
FROM lane_day d WHERE d.lane > 0 AND (%(lane)s::int4 IS NULL OR d.lane = %(lane)s) ORDER BY 1
