-- client_requests: what platforms ask a person to confirm and he has not answered: of the newest of each lane. Locks nothing.
SELECT a.lane, a.id, a.kind, a.owner, a.currency, a.body, a.asked_at, a.expires_at, a.canonical, d.platform
FROM unnest(%(lanes)s::int4[], %(holders)s::text[]) AS h (lane, holder)
JOIN authorisation a ON a.lane = h.lane AND a.owner = h.holder AND a.state = 'waiting' AND a.expires_at > %(now)s
CROSS JOIN LATERAL (SELECT platform FROM lane_day WHERE lane = h.lane AND id = 'day' LIMIT 1) d
ORDER BY a.expires_at, a.lane, a.id LIMIT 100
