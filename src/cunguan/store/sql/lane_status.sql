-- lane_status: each lane with its platform, where it stands, who writes it, for how long yet, and who shall have it.
SELECT l.lane, coalesce(d.platform, ''), l.head,
       CASE WHEN s.until > clock_timestamp() THEN s.owner ELSE '' END,
       CASE WHEN s.until > clock_timestamp() THEN extract(epoch FROM s.until - clock_timestamp())::float8 ELSE 0 END,
       coalesce(s.successor, '')
FROM lane l LEFT JOIN lease s USING (lane) LEFT JOIN lane_day d USING (lane) ORDER BY l.lane
