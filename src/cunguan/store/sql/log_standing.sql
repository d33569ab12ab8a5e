-- log_standing: each lane's head, up to where the log that is open has it, and how long the first sequence waits that it has not;
-- lane -1: the acts. By the database's clock and the lanes'; a sandbox's lanes may be ahead of it.
SELECT l.lane, coalesce(k.head, 0), l.head, CASE WHEN l.head > coalesce(k.head, 0) THEN greatest(0, extract(epoch FROM
           clock_timestamp() - (SELECT b.at FROM batch b WHERE b.lane = l.lane AND b.last_seq > coalesce(k.head, 0)
                                AND b.first_seq >= (SELECT coalesce(max(f.first_seq), 0) FROM batch f
                                                    WHERE f.lane = l.lane AND f.first_seq <= coalesce(k.head, 0) + 1)
                                ORDER BY b.first_seq LIMIT 1)))::float8 ELSE 0 END
FROM lane l LEFT JOIN log_origin o ON o.closed_at IS NULL LEFT JOIN log_lane k ON k.log = o.log AND k.lane = l.lane
UNION ALL
SELECT -1, coalesce(k.head, 0), a.head, CASE WHEN a.head > coalesce(k.head, 0) THEN extract(epoch FROM
           clock_timestamp() - (SELECT t.at FROM log_act t WHERE t.seq = coalesce(k.head, 0) + 1))::float8 ELSE 0 END
FROM log_act_head a LEFT JOIN log_origin o ON o.closed_at IS NULL LEFT JOIN log_lane k ON k.log = o.log AND k.lane = -1
ORDER BY 1
