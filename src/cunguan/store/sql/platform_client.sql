-- platform_client: one client's account with what he has in his five accounts now; one snapshot. Locks nothing.
SELECT h.id, h.person, h.pool, h.role, h.kind, h.state, h.method, h.source, h.legal_orders > 0 AS is_under_order, p.currency, l.head AS seq,
       b.available, b.uncleared, b.held, b.outbound, b.frozen
FROM holder_account h JOIN lane l ON l.lane = h.lane JOIN pool p ON p.lane = h.lane AND p.id = h.pool
CROSS JOIN LATERAL (
    SELECT coalesce(max(balance) FILTER (WHERE account = h.base), 0) AS available,
           coalesce(max(balance) FILTER (WHERE account = h.base + 1), 0) AS uncleared,
           coalesce(max(balance) FILTER (WHERE account = h.base + 2), 0) AS held,
           coalesce(max(balance) FILTER (WHERE account = h.base + 3), 0) AS outbound,
           coalesce(max(balance) FILTER (WHERE account = h.base + 4), 0) AS frozen
    FROM balance WHERE lane = %(lane)s AND account BETWEEN h.base AND h.base + 4) b
WHERE h.lane = %(lane)s AND h.id = %(id)s
