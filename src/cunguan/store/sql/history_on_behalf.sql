-- history_on_behalf: what guarantors paid to the creditors of a borrower's listings on his behalf (间接代偿), in a range of
-- sequences; of a run, step by step.
SELECT m.seq, b.business_date, asked.kind, asked.id, m.listing,
       coalesce(-sum(m.principal_minor) FILTER (WHERE m.principal_minor < 0), 0)::int8, sum(m.interest_minor)::int8,
       sum(m.late_minor)::int8
FROM listing l JOIN claim_move m ON m.lane = l.lane AND m.listing = l.id AND m.seq BETWEEN %(first)s AND %(last)s
JOIN instruction i ON i.lane = m.lane AND i.seq = m.seq AND i.kind IN ('compensation', 'run_step')
JOIN instruction asked ON asked.lane = i.lane AND asked.kind = 'compensation' AND asked.seq = CASE
    WHEN i.kind = 'compensation' THEN i.seq
    ELSE (SELECT r.seq FROM run r WHERE r.lane = i.lane AND r.id = convert_from(i.body, 'UTF8')::jsonb ->> 'run') END
CROSS JOIN LATERAL (
    SELECT business_date FROM batch WHERE lane = %(lane)s AND first_seq <= m.seq ORDER BY first_seq DESC LIMIT 1) b
WHERE l.lane = %(lane)s AND l.borrower = %(holder)s AND (convert_from(asked.body, 'UTF8')::jsonb ->> 'indirect')::bool
GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 5
