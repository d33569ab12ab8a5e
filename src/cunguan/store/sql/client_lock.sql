-- client_lock: whether a person is locked in lane 0, by which order and why, and how far it has come. Locks nothing.
SELECT p.state, p.lock, o.reason, o.state AS spread FROM person p LEFT JOIN lock_order o ON o.lane = 0 AND o.id = p.lock
WHERE p.lane = 0 AND p.id = %(person)s
