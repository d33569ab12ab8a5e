-- month_lanes: the lanes with business dates, where each stands, its last month that is stated, its first month (it is opened
-- before its first day), how far it is in the log.
SELECT d.lane, d.platform, d.business_date, (SELECT max(month) FROM account_statement_run r WHERE r.lane = d.lane),
       (SELECT to_char(min(business_date), 'YYYY-MM') FROM batch b WHERE b.lane = d.lane AND b.business_date > '0001-01-01'),
       coalesce((SELECT l.head FROM log_lane l JOIN log_origin o USING (log) WHERE o.closed_at IS NULL AND l.lane = d.lane), 0)
FROM lane_day d WHERE d.lane > 0 ORDER BY d.lane
