-- parties_roles: what somebody is on each platform: account, role, state, by lane. Locks nothing.
SELECT h.lane, f.id AS platform, h.id AS holder, h.pool, h.role, h.kind, h.state
FROM holder_account h JOIN platform f ON f.lane = 0 AND f.for_lane = h.lane
WHERE h.person = %(person)s AND h.lane = ANY (%(lanes)s::int4[]) ORDER BY h.lane, h.id LIMIT %(limit)s
