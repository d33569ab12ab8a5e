-- history_lanes: each lane that was opened, with its platform, head and present business date. Locks nothing.
SELECT lane, platform, head, business_date FROM lane JOIN lane_day USING (lane) ORDER BY lane
