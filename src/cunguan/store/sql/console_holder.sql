-- console_holder: a holder account with its five balances, and what of it is open: holds, mandates, cards, payments, claims. Locks nothing.
SELECT h.lane, d.platform, d.business_date, h.id, h.person, h.pool, h.role, h.kind, h.state, h.base, h.key_id, h.method, h.source,
       h.waiting_orders, h.legal_orders, p.currency, s.available, s.uncleared, s.held, s.outbound, s.frozen,
    coalesce((SELECT jsonb_agg(to_jsonb(x)) FROM (
        SELECT id, purpose, listing, amount_minor, captured_minor, released_minor, release_by, state, seq FROM hold
        WHERE lane = h.lane AND owner = h.id ORDER BY id DESC LIMIT 20) x), '[]') AS holds,
    coalesce((SELECT jsonb_agg(to_jsonb(x)) FROM (
        SELECT id, type, cap_minor, used_minor, until, listing, state, authority FROM mandate
        WHERE lane = h.lane AND holder = h.id ORDER BY until DESC LIMIT 20) x), '[]') AS mandates,
    coalesce((SELECT jsonb_agg(to_jsonb(x)) FROM (
        SELECT id, bound_date, cooling_until, state FROM card WHERE lane = h.lane AND holder = h.id ORDER BY bound_date DESC LIMIT 20) x), '[]') AS cards,
    coalesce((SELECT jsonb_agg(to_jsonb(x)) FROM (
        SELECT id, amount_minor, fee_minor, state, end_to_end_id, seq FROM withdrawal
        WHERE lane = h.lane AND holder = h.id ORDER BY id DESC LIMIT 20) x), '[]') AS withdrawals,
    coalesce((SELECT jsonb_agg(to_jsonb(x)) FROM (
        SELECT id, amount_minor, channel, state, seq FROM deposit WHERE lane = h.lane AND holder = h.id ORDER BY id DESC LIMIT 20) x), '[]') AS deposits,
    coalesce((SELECT jsonb_agg(to_jsonb(x)) FROM (
        SELECT id, listing, principal_minor, interest_minor, late_minor, state, seq FROM claim
        WHERE lane = h.lane AND holder = h.id ORDER BY id LIMIT 20) x), '[]') AS claims,
    coalesce((SELECT jsonb_agg(to_jsonb(x)) FROM (
        SELECT id, amount_minor, lent_minor, repaid_minor, state FROM listing
        WHERE lane = h.lane AND borrower = h.id ORDER BY id LIMIT 20) x), '[]') AS listings,
    coalesce((SELECT jsonb_agg(to_jsonb(x)) FROM (
        SELECT id, legal_order, frozen_minor, taking_minor, taken_minor, seq FROM legal_freeze f
        WHERE f.lane = h.lane AND f.legal_order IN (SELECT o.id FROM order_here o WHERE o.lane = h.lane AND o.person = h.person)
          AND f.holder = h.id LIMIT 20) x), '[]') AS freezes
FROM holder_account h JOIN lane_day d ON d.lane = h.lane JOIN pool p ON p.lane = h.lane AND p.id = h.pool
CROSS JOIN LATERAL (
    SELECT coalesce(max(balance) FILTER (WHERE account = h.base), 0) AS available,
           coalesce(max(balance) FILTER (WHERE account = h.base + 1), 0) AS uncleared,
           coalesce(max(balance) FILTER (WHERE account = h.base + 2), 0) AS held,
           coalesce(max(balance) FILTER (WHERE account = h.base + 3), 0) AS outbound,
           coalesce(max(balance) FILTER (WHERE account = h.base + 4), 0) AS frozen
    FROM balance WHERE lane = h.lane AND account BETWEEN h.base AND h.base + 4) s
WHERE h.lane = %(lane)s AND h.id = %(id)s
