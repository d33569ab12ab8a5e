-- webhook_told: the rows of events, in the order asked. A large message of an instruction is not read for each of its moves.
SELECT i.id, i.kind, i.state, i.code, i.why,
       CASE WHEN e.number = 0 OR length(i.body) <= 4096 THEN i.body ELSE '{}'::bytea END,
       CASE WHEN e.number = 0 THEN i.detail ELSE '{}'::bytea END,
       b.at, b.business_date, m.machine, m.subject, m.event, m.state
FROM unnest(%(seqs)s::int8[], %(numbers)s::int4[]) WITH ORDINALITY AS e (seq, number, place)
JOIN instruction i ON i.lane = %(lane)s AND i.seq = e.seq
CROSS JOIN LATERAL (
    SELECT at, business_date FROM batch WHERE lane = %(lane)s AND first_seq <= e.seq ORDER BY first_seq DESC LIMIT 1) b
LEFT JOIN state_move m ON m.lane = %(lane)s AND m.seq = e.seq AND m.line = e.number - 1
ORDER BY e.place
