-- history_on_behalf: what others paid to the creditors of a borrower's listings, in a range of sequences.
SELECT m.seq, b.business_date, i.kind, i.id, m.listing,
       coalesce(-sum(m.principal_minor) FILTER (WHERE m.principal_minor < 0), 0)::int8, sum(m.interest_minor)::int8,
       sum(m.late_minor)::int8
FROM listing l JOIN claim_move m ON m.lane = l.lane AND m.listing = l.id AND m.seq BETWEEN %(first)s AND %(last)s
JOIN instruction i ON i.lane = m.lane AND i.seq = m.seq AND i.kind LIKE 'compensation%%'
CROSS JOIN LATERAL (
    SELECT business_date FROM batch WHERE lane = %(lane)s AND first_seq <= m.seq ORDER BY first_seq DESC LIMIT 1) b
WHERE l.lane = %(lane)s AND l.borrower = %(holder)s AND NOT EXISTS (
    SELECT FROM posting p JOIN account a ON a.lane = p.lane AND a.account = p.debit_account
    WHERE p.lane = m.lane AND p.seq = m.seq AND a.owner = l.borrower)
GROUP BY 1, 2, 3, 4, 5 HAVING bool_or(m.principal_minor < 0 OR m.interest_minor > 0 OR m.late_minor > 0) ORDER BY 1, 5
