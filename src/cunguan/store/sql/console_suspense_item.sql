-- console_suspense_item: an item with the bank's entry that brought it, and what has been done about it. Locks nothing.
SELECT i.*, o.currency, d.platform, d.business_date - i.received_date AS age_days, k.id AS brought_by, k.kind AS brought_as,
       (EXISTS (SELECT FROM payee_detail p WHERE p.payee_hash = i.payee_hash) OR EXISTS (
           SELECT FROM person_payee p WHERE p.payee_hash = i.payee_hash AND length(p.content) > 0)) AS is_payer_known,
       (SELECT to_jsonb(e) FROM (SELECT e.booked_on, e.amount_minor, e.currency, e.reference, e.bank_reference, e.end_to_end_id,
           e.payer_hash, e.name_hash, e.holder, e.return_reason, e.statement, e.number FROM bank_entry e
           WHERE e.instruction_id = k.id AND e.instruction_id <> '' LIMIT 1) e) AS entry,
       coalesce((SELECT jsonb_agg(jsonb_build_object('seq', m.seq, 'event', m.event, 'state', m.state, 'id', n.id, 'kind', n.kind)
           ORDER BY m.seq) FROM state_move m JOIN instruction n ON n.lane = m.lane AND n.seq = m.seq
           WHERE m.lane = i.lane AND m.machine = 'suspense_item' AND m.subject = i.id), '[]') AS moves
FROM suspense_item i JOIN pool o ON o.lane = i.lane AND o.id = i.pool JOIN lane_day d ON d.lane = i.lane
LEFT JOIN instruction k ON k.lane = i.lane AND k.seq = i.seq
WHERE i.lane = %(lane)s AND i.id = %(id)s
