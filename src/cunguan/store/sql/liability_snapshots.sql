-- liability_snapshots: the newest snapshots, of a lane or pool or one of them, with their act and their attestations.
SELECT s.id, s.lane, s.pool, s.currency, s.at, s.business_date::text, s.seq, s.run, s.slot, s.drawn_by, s.root, s.total, s.detail, s.clients,
       s.client_minor, s.owed_minor, a.seq AS act, coalesce(t.attested, '[]') AS attested
FROM liability_snapshot s
JOIN LATERAL (SELECT min(seq) AS seq FROM log_act WHERE subject = 'liability_snapshot:' || s.id) a ON true
LEFT JOIN LATERAL (
    SELECT jsonb_agg(jsonb_build_object('id', n.id, 'attester', n.attester, 'role', n.role, 'assets', n.assets, 'at', n.recorded_at) ORDER BY n.recorded_at)
        AS attested
    FROM liability_attestation n WHERE n.snapshot = s.id) t ON true
WHERE (%(lane)s::int4 IS NULL OR s.lane = %(lane)s) AND (%(pool)s::text IS NULL OR s.pool = %(pool)s)
  AND (%(id)s::text IS NULL OR s.id = %(id)s) AND (%(before)s::text IS NULL OR (s.at, s.id) < (%(before)s, %(before_id)s))
ORDER BY s.at DESC, s.id DESC LIMIT %(limit)s
