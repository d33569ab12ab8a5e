-- persons_to_rotate: clients with data under an old key of theirs, after one. Locks nothing.
SELECT lane, person FROM person_detail p WHERE (lane, person) > (%(lane)s, %(person)s) AND state <> 'shredded'
  AND EXISTS (SELECT FROM subject_key k WHERE k.subject = p.lane || ':' || p.person AND k.state = 'old')
ORDER BY lane, person LIMIT %(limit)s
