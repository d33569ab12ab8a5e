-- safeguard_activity: what was posted in one pool in a range of sequences, by kind and by the codes of both sides; the step of a run
-- is of the run's kind.
SELECT coalesce(r.kind, j.template), d.code, c.code, count(*), sum(p.amount_minor)::int8
FROM posting p JOIN journal j ON j.lane = p.lane AND j.seq = p.seq
JOIN account d ON d.lane = p.lane AND d.account = p.debit_account
JOIN account c ON c.lane = p.lane AND c.account = p.credit_account
LEFT JOIN instruction i ON j.template = 'run_step' AND i.lane = j.lane AND i.seq = j.seq
LEFT JOIN run r ON r.lane = i.lane AND r.id = regexp_replace(i.id, '^step:(.*):[0-9]+$', '\1')
WHERE p.lane = %(lane)s AND p.seq BETWEEN %(first)s AND %(last)s AND j.seq BETWEEN %(first)s AND %(last)s AND d.pool = %(pool)s
GROUP BY 1, 2, 3
