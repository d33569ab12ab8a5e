-- log_opening_authority: what came with one sequence as a client's word, bytes as hex.
SELECT lane, seq, amount_minor, kind, owner, type, payee, listing, until, evidence_kind, key_id, encode(canonical, 'hex'),
       encode(challenge, 'hex'), encode(public_key, 'hex'), encode(evidence, 'hex')
FROM authority WHERE lane = %(lane)s AND seq = %(seq)s
