-- console_find_sequence: the instruction of a sequence in each lane, as a receipt names it: lane and number. Locks nothing.
SELECT 'instruction' AS what, i.lane, i.id, i.kind AS more, i.seq, NULL::int8 AS amount_minor FROM lane l
JOIN instruction i ON i.lane = l.lane AND i.seq = %(seq)s WHERE %(lane)s::int4 IS NULL OR l.lane = %(lane)s::int4 ORDER BY 2 LIMIT 20
