-- signing_accounts: the accounts of a person with their keys, the ended ones last.
SELECT h.lane, h.id AS holder, h.role, h.state, k.id AS key_id, k.evidence_kind, k.public_key, k.state AS key_state
FROM holder_account h
JOIN client_key k ON k.lane = h.lane AND k.holder = h.id
WHERE h.person = %(person)s AND h.state NOT IN ('closed', 'refused')
ORDER BY h.lane, h.id, k.state, k.id
