-- client_mandates: the standing authorities of some holders of a person, those in force first. Locks nothing.
SELECT m.lane, m.id, m.holder, m.type, m.cap_minor, m.used_minor, m.until, m.listing, m.state, m.authority
FROM unnest(%(lanes)s::int4[], %(holders)s::text[]) AS h (lane, holder)
JOIN mandate m ON m.lane = h.lane AND m.holder = h.holder
ORDER BY m.state NOT IN ('active', 'exhausted'), m.until DESC, m.lane, m.id LIMIT 200
