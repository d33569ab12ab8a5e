-- authorisation_owner: a client's key and currency, who is asked to confirm.
SELECT h.key_id, k.evidence_kind, k.public_key, p.currency, h.state
FROM holder_account h
JOIN pool p ON p.lane = h.lane AND p.id = h.pool
LEFT JOIN client_key k ON k.lane = h.lane AND k.id = h.key_id AND k.state = 'active'
WHERE h.lane = %(lane)s AND h.id = %(id)s
