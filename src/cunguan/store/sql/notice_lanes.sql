-- notice_lanes: platforms' lanes of which something is committed that nobody was told of. Locks nothing.
SELECT l.lane, coalesce(c.seq, 0), l.head FROM lane l LEFT JOIN notices_cursor c USING (lane)
WHERE l.lane > 0 AND l.head > coalesce(c.seq, 0) ORDER BY l.lane
