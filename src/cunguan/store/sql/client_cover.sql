-- client_cover: the newest snapshot of what a pool owes, its newest safeguarding run by the rule it is under, and the log's newest
-- checkpoint. Locks nothing.
SELECT s.id, s.at, s.business_date, s.client_minor, s.owed_minor, s.clients, s.root, g.day, g.outcome, c.size, c.at AS checked_at,
       encode(c.root, 'hex') AS checkpoint, c.cosigned_at IS NOT NULL AS is_cosigned
FROM (SELECT 1) one
LEFT JOIN LATERAL (
    SELECT id, at, business_date, client_minor, owed_minor, clients, root FROM liability_snapshot
    WHERE lane = %(lane)s AND pool = %(pool)s ORDER BY at DESC LIMIT 1) s ON true
LEFT JOIN LATERAL (
    SELECT r.day, r.outcome FROM safeguarding_run r
    WHERE r.rule = (SELECT rule FROM safeguarding_regime WHERE lane = %(lane)s AND pool = %(pool)s ORDER BY at DESC LIMIT 1)
      AND r.lane = %(lane)s AND r.pool = %(pool)s AND r.day > %(since)s ORDER BY r.day DESC, r.id DESC LIMIT 1) g ON true
LEFT JOIN LATERAL (
    SELECT size, at, root, cosigned_at FROM log_checkpoint
    WHERE log = (SELECT log FROM log_origin WHERE closed_at IS NULL LIMIT 1) AND note IS NOT NULL ORDER BY size DESC LIMIT 1) c ON true
