-- history_authorities: authorities by the sequence of the instruction that brought them.
SELECT a.seq, i.id, a.kind, a.owner, a.type, a.amount_minor, a.payee, a.listing, a.until, a.evidence_kind, a.key_id,
       a.canonical, a.challenge, a.public_key, a.evidence
FROM authority a JOIN instruction i ON i.lane = a.lane AND i.seq = a.seq
WHERE a.lane = %(lane)s AND a.seq = ANY(%(seqs)s) ORDER BY a.seq
