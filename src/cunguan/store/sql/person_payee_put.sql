-- person_payee_put: who stands behind a payee's hash, under his own key; the newest counts. Locks its row.
INSERT INTO person_payee (payee_hash, lane, person, name_hash, account_hash, key_version, content, at)
VALUES (%(payee_hash)s, %(lane)s, %(person)s, %(name_hash)s, %(account_hash)s, %(key_version)s, %(content)s, %(at)s)
ON CONFLICT (payee_hash, lane, person) DO UPDATE SET key_version = excluded.key_version, content = excluded.content,
    name_hash = excluded.name_hash, account_hash = excluded.account_hash
