-- console_notices_not_out: notices that have not gone out, by how they stand and why: how many, up to 10000 of each state, and of when
-- the oldest is. Locks nothing.
SELECT state, last_error, count(*) AS notices, min(at) AS since FROM (
    (SELECT 'waiting' AS state, last_error, at FROM notices_notice WHERE outgoing = 'waiting' ORDER BY id LIMIT 10000)
    UNION ALL
    (SELECT 'failed', last_error, at FROM notices_notice WHERE outgoing = 'failed' ORDER BY id LIMIT 10000)) n
GROUP BY state, last_error ORDER BY state, since
