-- lane_head: where a lane stands, and the last restore that was declared for it. Locks nothing.
SELECT l.token, l.head, l.at, e.epoch, (e.heads ->> l.lane::text)::int8,
       (SELECT b.business_date FROM batch b WHERE b.lane = l.lane AND b.first_seq <= (e.restored ->> l.lane::text)::int8
        ORDER BY b.first_seq DESC LIMIT 1)
FROM lane l
LEFT JOIN LATERAL (SELECT epoch, heads, restored FROM epoch WHERE epoch > 1 ORDER BY epoch DESC LIMIT 1) e
       ON e.heads ? l.lane::text
WHERE l.lane = %(lane)s
