-- console_accesses: who saw a person's details in clear, in any lane, the newest first. Locks nothing.
SELECT a.number, a.lane, a.by_whom, a.what, a.reason, a.at FROM person_link l
CROSS JOIN LATERAL (SELECT * FROM person_access WHERE lane = l.for_lane AND person = l.person ORDER BY number DESC LIMIT 20) a
WHERE l.lane = 0 AND l.person = %(person)s ORDER BY a.number DESC LIMIT 20
