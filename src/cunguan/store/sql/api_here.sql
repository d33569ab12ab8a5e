-- api_here: a platform's lane: its day, its pack, the state of the platform, and how far it has come. Locks nothing.
SELECT d.lane, d.platform, d.pack, p.state, d.sandbox, d.business_date, d.state, l.head, l.at
FROM lane_day d JOIN lane l ON l.lane = d.lane
JOIN platform p ON p.lane = 0 AND p.id = d.platform AND p.for_lane = d.lane
WHERE d.lane = %(lane)s
