-- check_postings: the postings of a range of sequences with their owners, for the file of Lanmao's family.
SELECT p.seq, p.line, b.at, i.id, i.kind, i.body, d.code, d.owner, c.code, c.owner, p.amount_minor, d.currency
FROM posting p
JOIN account d ON d.lane = p.lane AND d.account = p.debit_account
JOIN account c ON c.lane = p.lane AND c.account = p.credit_account
JOIN instruction i ON i.lane = p.lane AND i.seq = p.seq
CROSS JOIN LATERAL (SELECT at FROM batch WHERE lane = p.lane AND first_seq <= p.seq ORDER BY first_seq DESC LIMIT 1) b
WHERE p.lane = %(lane)s AND p.seq BETWEEN %(first)s AND %(last)s AND i.seq BETWEEN %(first)s AND %(last)s ORDER BY p.seq, p.line
