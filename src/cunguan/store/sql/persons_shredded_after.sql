-- persons_shredded_after: clients whose details are shredded, after one. Locks nothing.
SELECT lane, person FROM person_detail WHERE (lane, person) > (%(lane)s, %(person)s) AND state = 'shredded'
ORDER BY lane, person LIMIT %(limit)s
