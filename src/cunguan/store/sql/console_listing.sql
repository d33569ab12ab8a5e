-- console_listing: a listing with its plan, its claims and what is held for it. Locks nothing.
SELECT l.*, p.currency, d.platform,
    coalesce((SELECT jsonb_agg(to_jsonb(x) ORDER BY x.number) FROM (
        SELECT * FROM plan_row WHERE lane = l.lane AND listing = l.id ORDER BY number LIMIT 120) x), '[]') AS plan,
    coalesce((SELECT jsonb_agg(to_jsonb(x)) FROM (
        SELECT id, holder, principal_minor, interest_minor, late_minor, state, seq FROM claim
        WHERE lane = l.lane AND listing = l.id LIMIT 101) x), '[]') AS claims,
    coalesce((SELECT jsonb_agg(to_jsonb(x)) FROM (
        SELECT id, owner, purpose, amount_minor, captured_minor, released_minor, state, seq FROM hold
        WHERE lane = l.lane AND listing = l.id LIMIT 101) x), '[]') AS holds,
    coalesce((SELECT jsonb_agg(jsonb_build_object('seq', m.seq, 'event', m.event, 'state', m.state) ORDER BY m.seq, m.line) FROM (
        SELECT * FROM state_move WHERE lane = l.lane AND machine = 'listing' AND subject = l.id ORDER BY seq LIMIT 50) m), '[]') AS moves
FROM listing l JOIN pool p ON p.lane = l.lane AND p.id = l.pool JOIN lane_day d ON d.lane = l.lane
WHERE l.lane = %(lane)s AND l.id = %(id)s
