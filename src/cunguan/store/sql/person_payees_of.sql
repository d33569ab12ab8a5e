-- person_payees_of: the payees of a client. Locks nothing.
SELECT payee_hash, name_hash, account_hash, key_version, content, at FROM person_payee
WHERE lane = %(lane)s AND person = %(person)s AND length(content) > 0 ORDER BY payee_hash
