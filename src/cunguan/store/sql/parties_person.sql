-- parties_person: a client as the books know him, and the lanes where he may have accounts. Locks nothing.
SELECT p.id AS person, p.kind, p.state, p.method, p.source,
    (SELECT coalesce(array_agg(l.for_lane ORDER BY l.for_lane), '{}') FROM person_link l WHERE l.lane = 0 AND l.person = p.id) AS lanes
FROM person p WHERE p.lane = 0 AND p.id = %(person)s
