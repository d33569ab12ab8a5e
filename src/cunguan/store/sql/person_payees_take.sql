-- person_payees_take: a client's cards that were brought without his name are his payees too, before all of his are emptied. Locks nothing.
INSERT INTO person_payee (payee_hash, lane, person, name_hash, account_hash, key_version, content, at)
SELECT d.payee_hash, %(lane)s, %(person)s, '', '', 0, '', d.at FROM payee_detail d
WHERE d.payee_hash IN (SELECT c.payee_hash FROM card c JOIN holder_account h ON h.lane = c.lane AND h.id = c.holder
                       WHERE h.lane = %(lane)s AND h.person = %(person)s) ON CONFLICT DO NOTHING
