-- parties_file: all that the page of a file shows of somebody: as the books know him (or not), his file, what was checked, what he is on
-- each platform, his consents, and who looked at his details in clear or added a document, the newest first. Locks nothing.
SELECT w.person, p.kind, p.state, p.method, p.source, w.lanes, (SELECT to_jsonb(f) FROM parties_party f WHERE f.person = w.person) AS file, coalesce((
    SELECT jsonb_agg(to_jsonb(c) ORDER BY c.at DESC, c.id DESC) FROM (
        SELECT id, person, check_kind, port, outcome, code, evidence, why, by_whom, at, valid_until FROM parties_check
        WHERE person = w.person ORDER BY at DESC, id DESC LIMIT %(checks)s) c), '[]') AS checks, coalesce((
    SELECT jsonb_agg(to_jsonb(r) ORDER BY r.lane, r.holder) FROM (
        SELECT h.lane, f.id AS platform, h.id AS holder, h.pool, h.role, h.kind, h.state
        FROM holder_account h JOIN platform f ON f.lane = 0 AND f.for_lane = h.lane
        WHERE h.person = w.person AND h.lane = ANY (w.lanes) ORDER BY h.lane, h.id LIMIT %(roles)s) r), '[]') AS roles, coalesce((
    SELECT jsonb_agg(to_jsonb(c) ORDER BY c.at DESC) FROM (
        SELECT purpose, version, language, at, ended_at FROM parties_consent WHERE person = w.person ORDER BY at DESC LIMIT 20) c), '[]') AS consents, coalesce((
    SELECT jsonb_agg(to_jsonb(a) ORDER BY a.number DESC) FROM (
        SELECT a.number, a.lane, a.by_whom, a.what, a.reason, a.at FROM unnest(0 || w.lanes) l (lane)
        CROSS JOIN LATERAL (SELECT * FROM person_access WHERE lane = l.lane AND person = w.person ORDER BY number DESC LIMIT 20) a
        ORDER BY a.number DESC LIMIT 20) a), '[]') AS accesses
FROM (SELECT %(person)s::text COLLATE "C" AS person, (
    SELECT coalesce(array_agg(l.for_lane ORDER BY l.for_lane), '{}') FROM person_link l WHERE l.lane = 0 AND l.person = %(person)s) AS lanes) w
LEFT JOIN person p ON p.lane = 0 AND p.id = w.person
