-- parties_clients: the custodian's clients by reference, a page after a key, with what is known of who they are. Locks nothing.
SELECT p.id AS person, p.kind, p.state AS lock_state, p.method, p.source, f.state, f.id_type, f.check_by
FROM person p LEFT JOIN parties_party f ON f.person = p.id
WHERE p.lane = 0 AND p.id > %(after)s AND (%(kind)s = '' OR p.kind = %(kind)s) AND p.id LIKE %(begins)s
  AND (%(state)s = '' OR coalesce(f.state, 'none') = %(state)s)
ORDER BY p.id LIMIT %(limit)s
