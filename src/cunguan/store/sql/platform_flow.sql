-- platform_flow: how many of a lane's last instructions were decided in each minute, by kind and code; at most `span` are looked at.
WITH seen AS MATERIALIZED (
    SELECT seq, kind, state, code FROM instruction WHERE lane = %(lane)s ORDER BY seq DESC LIMIT %(span)s)
SELECT date_trunc('minute', b.at) AS minute, s.kind, s.state, s.code, count(*) AS count
FROM seen s
CROSS JOIN LATERAL (SELECT at FROM batch WHERE lane = %(lane)s AND first_seq <= s.seq ORDER BY first_seq DESC LIMIT 1) b
WHERE b.at > %(since)s
GROUP BY 1, 2, 3, 4 ORDER BY 1 DESC, 5 DESC, 2
