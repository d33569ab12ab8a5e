-- person_places: the platforms where a person's details are kept. Locks nothing.
SELECT p.lane, f.id FROM person_detail p LEFT JOIN platform f ON f.lane = 0 AND f.for_lane = p.lane WHERE p.person = %(person)s ORDER BY p.lane
