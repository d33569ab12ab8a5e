-- persons_to_index: clients who were kept before names were searched, and are not found by theirs yet, after one. Locks nothing.
SELECT lane, person FROM person_detail WHERE (lane, person) > (%(lane)s, %(person)s) AND name IS NOT NULL AND name_index IS NULL
ORDER BY lane, person LIMIT %(limit)s
