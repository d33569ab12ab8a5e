-- person_payees_gone: what the installation's seal holds of a client's payees, where it is nobody else's. Locks the rows.
DELETE FROM payee_detail d USING person_payee p
WHERE p.lane = %(lane)s AND p.person = %(person)s AND p.payee_hash = d.payee_hash
  AND NOT EXISTS (SELECT FROM payee o WHERE o.payee_hash = d.payee_hash)
  AND NOT EXISTS (SELECT FROM suspense_item i WHERE i.payee_hash = d.payee_hash AND i.state NOT IN ('allocated', 'returned_to_source'))
  AND NOT EXISTS (SELECT FROM card k JOIN holder_account h ON h.lane = k.lane AND h.id = k.holder
                  LEFT JOIN person_detail o ON o.lane = h.lane AND o.person = h.person
                  WHERE k.payee_hash = d.payee_hash AND (h.lane, h.person) <> (p.lane, p.person) AND o.state IS DISTINCT FROM 'shredded')
