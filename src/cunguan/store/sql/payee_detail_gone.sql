-- payee_detail_gone: a payee's detail that lies under his own key now. Locks its row.
DELETE FROM payee_detail WHERE payee_hash = %(payee_hash)s
