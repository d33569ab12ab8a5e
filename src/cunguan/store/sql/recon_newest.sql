-- recon_newest: the last business date that some platform has closed, and the first date that was ever run.
SELECT (SELECT max(b.business_date) FROM lane_day l CROSS JOIN LATERAL (
            SELECT business_date FROM batch WHERE lane = l.lane AND business_date < l.business_date
            ORDER BY business_date DESC, first_seq DESC LIMIT 1) b WHERE l.lane > 0),
       (SELECT min(business_date) FROM recon_run)
