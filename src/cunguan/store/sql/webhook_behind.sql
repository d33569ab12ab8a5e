-- webhook_behind: lanes with endpoints of which something is committed and not planned, or is to be told again. Locks nothing.
SELECT c.lane FROM webhook_cursor c JOIN lane l USING (lane)
WHERE l.head > c.seq OR EXISTS (SELECT FROM webhook_replay r WHERE r.lane = c.lane AND r.next_seq <= r.last_seq)
ORDER BY c.lane
