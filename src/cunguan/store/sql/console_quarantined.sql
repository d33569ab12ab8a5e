-- console_quarantined: what our own mistakes have stopped, by lane and sequence, with what two people made of it since. The sequences that
-- are not summed up yet are walked by their number, never the whole table for its state. Locks nothing.
SELECT i.lane, d.platform, i.seq, i.id, i.kind, i.why, b.at AS since, coalesce((
    SELECT m.event FROM state_move m WHERE m.lane = i.lane AND m.machine = 'instruction' AND m.subject = i.id
    ORDER BY m.seq DESC LIMIT 1), '') AS outcome
FROM (
    SELECT lane, seq FROM console_quarantine
    UNION
    SELECT i.lane, i.seq FROM lane l LEFT JOIN console_mark m ON m.lane = l.lane
    CROSS JOIN LATERAL (SELECT lane, seq, state FROM instruction WHERE lane = l.lane AND seq > greatest(coalesce(m.upto, 0), l.head - 20000)
        ORDER BY seq DESC LIMIT 20000) i
    WHERE i.state = 'quarantined') q
JOIN instruction i ON i.lane = q.lane AND i.seq = q.seq LEFT JOIN lane_day d ON d.lane = i.lane
CROSS JOIN LATERAL (SELECT at FROM batch WHERE lane = i.lane AND first_seq <= i.seq ORDER BY first_seq DESC LIMIT 1) b
WHERE (%(k0)s::int4 IS NULL OR (i.lane, i.seq) > (%(k0)s::int4, %(k1)s::int8))
  AND (%(lane)s::int4 IS NULL OR i.lane = %(lane)s::int4)
ORDER BY i.lane, i.seq LIMIT %(limit)s
