-- console_find_clients: the holder accounts of persons found by personal data, by lane and person. Locks nothing.
SELECT a.lane, d.platform, a.person, h.id, h.role, h.state FROM unnest(%(lanes)s::int4[], %(persons)s::text[]) AS a (lane, person)
JOIN lane_day d ON d.lane = a.lane LEFT JOIN holder_account h ON h.lane = a.lane AND h.person = a.person ORDER BY 1, 3, 4 LIMIT 100
