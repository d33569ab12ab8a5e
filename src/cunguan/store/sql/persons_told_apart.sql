-- persons_told_apart: what tells some clients from one another, and their accounts, a row for each key of theirs that still reads; only
-- who may be used. Locks nothing.
SELECT p.lane, p.person, h.accounts, p.name, p.id_type, p.id_number, p.phone, p.cards, k.subject, k.version, k.drawer, k.lock, k.kek, k.locked
FROM unnest(%(lanes)s::int4[], %(persons)s::text[]) AS a (lane, person)
JOIN person_detail p ON p.lane = a.lane AND p.person = a.person AND p.state = 'active'
CROSS JOIN LATERAL (SELECT coalesce(array_agg(id ORDER BY id), '{}') AS accounts FROM holder_account
    WHERE lane = p.lane AND person = p.person) h
LEFT JOIN subject_key k ON k.subject = p.lane || ':' || p.person AND k.state <> 'destroyed'
ORDER BY p.lane, p.person, k.version
