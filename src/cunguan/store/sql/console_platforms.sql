-- console_platforms: the platforms in the directory, with where each stands. Locks nothing.
SELECT p.id, p.for_lane AS lane, p.pack, p.state, p.sandbox, d.business_date, l.head, f.rate_per_second, f.burst, f.mutual_tls
FROM platform p LEFT JOIN lane_day d ON d.lane = p.for_lane LEFT JOIN lane l ON l.lane = p.for_lane
LEFT JOIN door_profile f ON f.for_lane = p.for_lane
WHERE p.lane = 0 AND (%(k0)s::text IS NULL OR p.id > %(k0)s::text) ORDER BY p.id LIMIT %(limit)s
