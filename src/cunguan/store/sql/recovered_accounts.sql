-- recovered_accounts: the accounts of some clients with the keys that confirm for them now, oldest lane first.
SELECT h.person, h.lane, h.id AS holder, h.key_id, k.evidence_kind, k.public_key
FROM holder_account h
JOIN client_key k ON k.lane = h.lane AND k.id = h.key_id
WHERE h.person = ANY (%(persons)s) AND h.state NOT IN ('closed', 'refused')
ORDER BY h.person, h.lane, h.id
