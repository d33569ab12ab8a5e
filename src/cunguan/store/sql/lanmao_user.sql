-- lanmao_user: a client's account with its money, his card and how he was opened.
SELECT h.id, h.person, h.pool, h.role, h.kind, h.state, c.id AS card, c.payee_hash, c.state AS card_state,
       a.balance AS available, u.balance AS uncleared, e.balance AS held, o.balance AS outbound, l.balance AS frozen
FROM holder_account h
LEFT JOIN LATERAL (
    SELECT id, payee_hash, state FROM card WHERE lane = h.lane AND holder = h.id AND state IN ('active', 'pending_review')
    ORDER BY state, bound_date DESC LIMIT 1) c ON true
LEFT JOIN balance a ON a.lane = h.lane AND a.account = h.base
LEFT JOIN balance u ON u.lane = h.lane AND u.account = h.base + 1
LEFT JOIN balance e ON e.lane = h.lane AND e.account = h.base + 2
LEFT JOIN balance o ON o.lane = h.lane AND o.account = h.base + 3
LEFT JOIN balance l ON l.lane = h.lane AND l.account = h.base + 4
WHERE h.lane = %(lane)s AND h.id = %(id)s
