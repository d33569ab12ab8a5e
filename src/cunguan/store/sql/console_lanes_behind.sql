-- console_lanes_behind: the lanes with sequences that were not summed up yet. Locks nothing.
SELECT l.lane, l.head FROM lane l LEFT JOIN console_mark m ON m.lane = l.lane WHERE l.head > coalesce(m.upto, 0) ORDER BY l.lane
