-- log_rows_authorities: what came with a range of sequences as clients' words, bytes as hex.
SELECT lane, seq, amount_minor, kind, owner, type, payee, listing, until, evidence_kind, key_id, encode(canonical, 'hex'),
       encode(challenge, 'hex'), encode(public_key, 'hex'), encode(evidence, 'hex')
FROM authority WHERE lane = %(lane)s AND seq BETWEEN %(first)s AND %(last)s ORDER BY seq
