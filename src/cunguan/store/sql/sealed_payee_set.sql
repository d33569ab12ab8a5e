-- sealed_payee_set: a payee's details, sealed anew. Locks its row.
UPDATE payee_detail SET content = %(content)s WHERE payee_hash = %(payee_hash)s
