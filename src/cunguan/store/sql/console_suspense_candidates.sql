-- console_suspense_candidates: whose money an item could be: who paid in from the same account before, who is named in the bank's entry,
-- whose withdrawal of that amount came back, whose announced deposit of that amount has not come. At most 20 of each. Locks nothing.
WITH item AS (SELECT * FROM suspense_item WHERE lane = %(lane)s AND id = %(id)s),
entry AS (
    SELECT e.* FROM item i JOIN instruction k ON k.lane = i.lane AND k.seq = i.seq
    JOIN bank_entry e ON e.instruction_id = k.id AND e.instruction_id <> '' LIMIT 1)
SELECT DISTINCT h.id AS holder, h.person, h.state, c.why, c.what FROM (
    (SELECT e.holder, 'named' AS why, e.reference AS what FROM entry e WHERE e.holder <> '')
    UNION ALL
    (SELECT c.holder, 'card' AS why, c.id FROM item i JOIN card c ON c.lane = i.lane AND c.payee_hash = i.payee_hash
     WHERE i.payee_hash <> '' AND c.state = 'active' LIMIT 20)
    UNION ALL
    (SELECT w.holder, 'withdrawal', w.id FROM item i JOIN entry e ON true JOIN withdrawal w
     ON w.lane = i.lane AND w.end_to_end_id = e.end_to_end_id WHERE e.end_to_end_id <> '' LIMIT 20)
    UNION ALL
    (SELECT i.owner, 'owner', '' FROM item i WHERE i.owner <> '')
) c JOIN holder_account h ON h.lane = %(lane)s AND h.id = c.holder ORDER BY 4, 1 LIMIT 20
