-- bank_entries_wake: look again at what waits for a settlement file, or was refused with the one before, and now has one; and at what
-- waits for a payment that has left meanwhile. Locks its rows.
UPDATE bank_entry e SET outcome = '', cause = '', instruction_id = ''
FROM bank_line l JOIN bank_statement s ON s.id = l.statement
WHERE l.id = e.line AND (
    (e.outcome IN ('waits', 'person') AND e.credit AND e.end_to_end_id <> '' AND e.cause <> 'settled_in_part'
     AND EXISTS (SELECT FROM bank_settlement f WHERE f.lane = s.lane AND f.bank_account = s.bank_account
                 AND f.reference = e.end_to_end_id AND f.state = 'waiting'))
    OR (e.outcome = 'waits' AND e.cause = 'payment_not_sent' AND NOT EXISTS (
        SELECT FROM outbox o
        LEFT JOIN bank_order b ON b.lane = o.lane AND b.payment = o.id AND b.channel = l.channel
        WHERE o.lane = s.lane AND o.state = 'waiting' AND e.end_to_end_id IN (o.id, b.end_to_end_id))))
