-- person_lanes: the lanes in which details of clients are kept. Locks nothing.
WITH RECURSIVE l AS ((SELECT lane FROM person_detail ORDER BY lane LIMIT 1) UNION ALL
    SELECT (SELECT min(p.lane) FROM person_detail p WHERE p.lane > l.lane) FROM l WHERE l.lane IS NOT NULL)
SELECT lane FROM l WHERE lane IS NOT NULL
