-- persons_count: how many clients' details are kept. Locks nothing.
SELECT count(*) FROM person_detail WHERE state <> 'shredded'
