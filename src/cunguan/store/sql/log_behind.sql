-- log_behind: the lanes with sequences that a log has not taken in yet, and up to where it has; lane -1: the acts.
SELECT l.lane, coalesce(k.head, 0), l.head FROM lane l LEFT JOIN log_lane k ON k.log = %(log)s AND k.lane = l.lane
WHERE l.head > coalesce(k.head, 0)
UNION ALL
SELECT -1, coalesce(k.head, 0), a.head FROM log_act_head a LEFT JOIN log_lane k ON k.log = %(log)s AND k.lane = -1
WHERE a.head > coalesce(k.head, 0)
ORDER BY 1
