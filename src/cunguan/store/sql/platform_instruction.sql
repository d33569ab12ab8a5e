-- platform_instruction: one instruction of a lane with its answer. Locks nothing.
SELECT i.seq, i.id, i.kind, i.state, i.code, i.why, i.body, i.detail, b.at, b.business_date
FROM instruction i
LEFT JOIN LATERAL (SELECT at, business_date FROM batch WHERE lane = i.lane AND first_seq <= i.seq ORDER BY first_seq DESC LIMIT 1) b ON true
WHERE i.lane = %(lane)s AND i.seq = %(seq)s
