-- notices_take: take notices that are due until a time; after it another may take them up. Locks those it takes for this statement
-- and passes over what another takes. Each try is counted as it begins. With each: who reads it, in which language and zone.
WITH due AS MATERIALIZED (
    SELECT id FROM notices_notice WHERE outgoing = 'waiting' AND next_at <= %(now)s
    ORDER BY next_at, id LIMIT %(limit)s FOR UPDATE SKIP LOCKED
), taken AS (
    UPDATE notices_notice n SET tries = n.tries + 1, next_at = %(until)s, tried_from = coalesce(n.tried_from, %(now)s)
    FROM due WHERE n.id = due.id
    RETURNING n.id, n.at, n.reader, n.kind, n."values", n.tries, n.tried_from
)
SELECT t.id, t.at, coalesce(o.kind, 'client'), coalesce(o.reference, t.reader), o.lane, t.kind, t."values",
       coalesce(o.language, c.language, ''), coalesce(o.time_zone, c.time_zone, ''), t.tries, t.tried_from
FROM taken t
LEFT JOIN people_user c ON c.kind = 'client' AND c.reference = t.reader
LEFT JOIN people_user o ON o.id = CASE WHEN t.reader ~ '^user:[0-9a-f-]{36}$' THEN substr(t.reader, 6)::uuid END
ORDER BY t.id
