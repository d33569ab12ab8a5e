-- client_authorities: what an owner confirmed under some sequences, with the evidence, the id and the instant. Locks nothing.
-- A batch has at most a thousand instructions: so its row is found in a short range, also behind the wall.
SELECT a.seq, i.id, a.kind, a.owner, a.type, a.amount_minor, a.payee, a.listing, a.until, a.evidence_kind, a.key_id, a.canonical,
       a.challenge, a.public_key, a.evidence, b.at
FROM authority a
CROSS JOIN LATERAL (SELECT id FROM instruction WHERE lane = %(lane)s AND seq = a.seq LIMIT 1) i
CROSS JOIN LATERAL (
    SELECT at FROM batch WHERE lane = %(lane)s AND first_seq BETWEEN a.seq - 1000 AND a.seq AND last_seq >= a.seq LIMIT 1) b
WHERE a.lane = %(lane)s AND a.seq = ANY(%(seqs)s) ORDER BY a.seq
