-- check_lanes: the platforms' lanes, with their open day, pack and stop of new bids.
SELECT d.lane, d.platform, d.business_date, d.pack, d.sandbox, s.since_date, s.until_date, s.state
FROM lane_day d LEFT JOIN bid_stop s ON s.lane = d.lane AND s.id = 'bids' WHERE d.lane > 0 ORDER BY 1
