-- parties_others: who is no client: owners of companies, people of the custodian's, officers; a page after a key. Locks nothing.
SELECT f.person, f.kind, '' AS lock_state, '' AS method, '' AS source, f.state, f.id_type, f.check_by
FROM parties_party f
WHERE f.person > %(after)s AND f.kind NOT IN ('person', 'company') AND (%(kind)s = '' OR f.kind = %(kind)s) AND f.person LIKE %(begins)s
  AND (%(state)s = '' OR f.state = %(state)s)
ORDER BY f.person LIMIT %(limit)s
