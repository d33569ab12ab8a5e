-- persons_without_key: clients whose data can be read by nobody: no key of theirs is there. Locks nothing.
SELECT p.lane, p.person FROM person_detail p WHERE p.state <> 'shredded'
  AND NOT EXISTS (SELECT FROM subject_key k WHERE k.subject = p.lane || ':' || p.person AND k.state <> 'destroyed')
ORDER BY 1, 2
