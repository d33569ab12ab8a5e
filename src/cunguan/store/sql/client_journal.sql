-- client_journal: one instruction of a holder, when it was decided, under which journal. Locks nothing.
-- A batch has at most a thousand instructions: so its row is found in a short range, also behind the wall.
SELECT i.seq, i.id, i.kind, i.state, b.at, b.business_date, j.template, j.value_date
FROM instruction i
CROSS JOIN LATERAL (
    SELECT at, business_date FROM batch WHERE lane = %(lane)s AND first_seq BETWEEN i.seq - 1000 AND i.seq AND last_seq >= i.seq LIMIT 1) b
CROSS JOIN LATERAL (SELECT template, value_date FROM journal WHERE lane = %(lane)s AND seq = i.seq LIMIT 1) j
WHERE i.lane = %(lane)s AND i.seq = %(seq)s
