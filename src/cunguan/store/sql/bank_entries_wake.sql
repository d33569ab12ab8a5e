-- bank_entries_wake: look again at what waited for a settlement file that came, or for a payment that has left meanwhile. Locks its rows.
UPDATE bank_entry e SET outcome = '', cause = ''
FROM bank_line l JOIN bank_statement s ON s.id = l.statement
WHERE e.outcome = 'waits' AND l.id = e.line AND (
    (e.cause = 'settlement_file'
     AND EXISTS (SELECT FROM bank_settlement f WHERE f.lane = s.lane AND f.bank_account = s.bank_account AND f.reference = e.end_to_end_id
                 AND f.state = 'waiting'))
    OR (e.cause = 'payment_not_sent' AND NOT EXISTS (
        SELECT FROM outbox o
        LEFT JOIN bank_order b ON b.lane = o.lane AND b.payment = o.id AND b.channel = l.channel
        WHERE o.lane = s.lane AND o.state = 'waiting' AND e.end_to_end_id IN (o.id, b.end_to_end_id))))
