-- notice_phone_lanes: where details of some persons are kept, of each the custodian's own first. Locks nothing.
SELECT d.person, d.lane FROM unnest(%(persons)s::text[]) AS w (person)
JOIN LATERAL (SELECT 0 AS lane UNION SELECT for_lane FROM person_link WHERE lane = 0 AND person = w.person) l ON true
JOIN person_detail d ON d.lane = l.lane AND d.person = w.person AND d.state = 'active' AND d.phone IS NOT NULL
ORDER BY d.person, d.lane
