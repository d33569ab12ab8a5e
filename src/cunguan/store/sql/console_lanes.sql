-- console_lanes: each lane with its platform, date, head, up to where it was summed up, and the last sequence of a date (or of now). Locks
-- nothing.
SELECT l.lane, d.platform, d.business_date, d.sandbox, d.state, l.head, coalesce(m.upto, 0) AS upto,
       CASE WHEN %(day)s::date IS NULL THEN l.head ELSE coalesce((
           SELECT last_seq FROM batch WHERE lane = l.lane AND business_date <= %(day)s::date
           ORDER BY business_date DESC, first_seq DESC LIMIT 1), 0) END AS seq
FROM lane l JOIN lane_day d ON d.lane = l.lane LEFT JOIN console_mark m ON m.lane = l.lane
WHERE %(lane)s::int4 IS NULL OR l.lane = %(lane)s::int4 ORDER BY l.lane
