-- lanmao_instruction: what was asked and answered under an id, and when.
SELECT i.seq, i.kind, i.state, i.code, i.why, i.body, i.detail, b.at
FROM instruction_key k
JOIN instruction i ON i.lane = k.lane AND i.seq = k.seq
JOIN LATERAL (SELECT at FROM batch WHERE lane = k.lane AND first_seq <= k.seq ORDER BY first_seq DESC LIMIT 1) b ON true
WHERE k.lane = %(lane)s AND k.key16 = %(key16)s
