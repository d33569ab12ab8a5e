-- person_payees_to_move: payees sealed by the installation that are cards of clients whose details are kept, after a hash. Locks nothing.
SELECT d.payee_hash, d.name_hash, d.account_hash, d.content
FROM payee_detail d JOIN card c ON c.payee_hash = d.payee_hash JOIN holder_account h ON h.lane = c.lane AND h.id = c.holder
JOIN person_detail p ON p.lane = h.lane AND p.person = h.person AND p.state = 'active'
WHERE d.payee_hash > %(after)s AND NOT EXISTS (SELECT FROM payee o WHERE o.payee_hash = d.payee_hash)
  AND NOT EXISTS (SELECT FROM suspense_item i WHERE i.payee_hash = d.payee_hash AND i.state NOT IN ('allocated', 'returned_to_source'))
GROUP BY 1, 2, 3, 4
HAVING count(DISTINCT (h.lane, h.person)) = (SELECT count(DISTINCT (o.lane, o.person)) FROM card k JOIN holder_account o
    ON o.lane = k.lane AND o.id = k.holder WHERE k.payee_hash = d.payee_hash)
ORDER BY 1 LIMIT %(limit)s
