-- console_person: a person of lane 0 with all his accounts in all lanes, and what is kept of him where. Locks nothing.
SELECT r.id, r.kind, r.state, r.method, r.source, r.lock, (SELECT o.reason FROM lock_order o WHERE o.lane = 0 AND o.id = r.lock) AS lock_reason, coalesce((
    SELECT jsonb_agg(jsonb_build_object('lane', h.lane, 'platform', d.platform, 'id', h.id, 'role', h.role, 'state', h.state, 'pool', h.pool,
        'currency', p.currency, 'available', coalesce((SELECT balance FROM balance WHERE lane = h.lane AND account = h.base), 0))
        ORDER BY h.lane, h.id)
    FROM person_link l JOIN holder_account h ON h.lane = l.for_lane AND h.person = l.person JOIN lane_day d ON d.lane = h.lane
    JOIN pool p ON p.lane = h.lane AND p.id = h.pool WHERE l.lane = 0 AND l.person = r.id), '[]') AS holders,
    coalesce((SELECT jsonb_agg(jsonb_build_object('lane', t.lane, 'state', t.state, 'jurisdiction', t.jurisdiction,
        'kept_until', t.kept_until) ORDER BY t.lane) FROM person_detail t WHERE t.person = r.id AND t.lane IN (
            SELECT l.for_lane FROM person_link l WHERE l.lane = 0 AND l.person = r.id)), '[]') AS details,
    coalesce((SELECT jsonb_agg(to_jsonb(o) ORDER BY o.seq) FROM legal_order o WHERE o.lane = 0 AND o.person = r.id), '[]') AS orders
FROM person r WHERE r.lane = 0 AND r.id = %(person)s
