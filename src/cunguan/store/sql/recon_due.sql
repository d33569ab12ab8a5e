-- recon_due: the business dates of platforms after one that some lane has closed, each with what its last run had seen. A probe a
-- date and lane.
SELECT d.day::date, (SELECT r.seen FROM recon_run r WHERE r.business_date = d.day::date ORDER BY r.id DESC LIMIT 1)
FROM generate_series(%(since)s::date + 1, (SELECT max(business_date) FROM lane_day WHERE lane > 0), interval '1 day') d (day)
WHERE EXISTS (SELECT FROM lane_day l JOIN batch b ON b.lane = l.lane AND b.business_date = d.day::date
              WHERE l.lane > 0 AND d.day::date < l.business_date)
ORDER BY 1
