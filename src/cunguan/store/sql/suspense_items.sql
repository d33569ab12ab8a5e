-- suspense_items: money nobody is known to own yet, the oldest first, with the books' own date, and whether its payer is known. Locks nothing.
SELECT i.lane, i.id, i.pool, i.bank_account, i.code, o.currency, i.amount_minor, i.left_minor, i.received_date, d.business_date,
       i.reference, i.owner, i.payee_hash, EXISTS (SELECT FROM payee_known k WHERE k.payee_hash = i.payee_hash), i.break_id, i.state,
       (SELECT count(*) FROM payout p WHERE p.lane = i.lane AND p.subject = i.id AND p.kind = 'suspense_return')
FROM suspense_item i JOIN pool o ON o.lane = i.lane AND o.id = i.pool JOIN lane_day d ON d.lane = i.lane
WHERE %(all)s OR i.state NOT IN ('allocated', 'returned_to_source') ORDER BY i.received_date, i.lane, i.seq LIMIT %(most)s
