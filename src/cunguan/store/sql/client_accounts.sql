-- client_accounts: a person's accounts behind his wall, with platform, currency, the five balances and how far each lane has come.
-- One look a lane, by the index of persons. Locks nothing.
SELECT h.lane, h.id AS holder, h.base, h.role, h.kind, h.state, h.pool, p.currency, d.platform, d.pack, d.sandbox AS is_sandbox,
       d.business_date, b.available, b.uncleared, b.held, b.outbound, b.frozen, h.key_id
FROM holder_account h
CROSS JOIN LATERAL (SELECT currency FROM pool WHERE lane = h.lane AND id = h.pool LIMIT 1) p
CROSS JOIN LATERAL (SELECT platform, pack, sandbox, business_date FROM lane_day WHERE lane = h.lane AND id = 'day' LIMIT 1) d
CROSS JOIN LATERAL (
    SELECT coalesce(max(balance) FILTER (WHERE account = h.base), 0) AS available,
           coalesce(max(balance) FILTER (WHERE account = h.base + 1), 0) AS uncleared,
           coalesce(max(balance) FILTER (WHERE account = h.base + 2), 0) AS held,
           coalesce(max(balance) FILTER (WHERE account = h.base + 3), 0) AS outbound,
           coalesce(max(balance) FILTER (WHERE account = h.base + 4), 0) AS frozen
    FROM balance WHERE lane = h.lane AND account BETWEEN h.base AND h.base + 4) b
WHERE h.lane = ANY(web_lanes()) AND h.person = %(person)s
ORDER BY h.lane, h.base
