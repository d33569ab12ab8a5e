-- signing_account: whose account it is, its first key, and its currency.
SELECT h.person, h.key_id, k.evidence_kind, p.currency
FROM holder_account h
JOIN pool p ON p.lane = h.lane AND p.id = h.pool
JOIN client_key k ON k.lane = h.lane AND k.id = h.key_id
WHERE h.lane = %(lane)s AND h.id = %(holder)s
