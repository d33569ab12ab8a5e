-- console_notices: notices that have not gone out by the gateway: that wait, or were given up; the oldest first. Locks nothing.
SELECT id, kind, "values", reader, CASE WHEN NOT starts_with(reader, 'user:') THEN reader END AS person, at, state, tries,
       CASE WHEN state = 'waiting' AND tries > 0 THEN next_at END AS next_at, last_error
FROM (
    (SELECT *, 'waiting' AS state FROM notices_notice WHERE outgoing = 'waiting' AND %(state)s <> 'failed'
         AND (%(k0)s::int8 IS NULL OR id > %(k0)s::int8) ORDER BY id LIMIT %(limit)s)
    UNION ALL
    (SELECT *, 'failed' FROM notices_notice WHERE outgoing = 'failed' AND %(state)s <> 'waiting'
         AND (%(k0)s::int8 IS NULL OR id > %(k0)s::int8) ORDER BY id LIMIT %(limit)s)) n
ORDER BY id LIMIT %(limit)s
