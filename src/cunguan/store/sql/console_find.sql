-- console_find: what a reference means in any lane: holder, person, instruction, payment, bank's reference, listing, card, mandate, hold,
-- break, suspense item. A probe a lane each; at most 20 of each.
WITH lanes AS MATERIALIZED (SELECT lane FROM lane)
(SELECT 'holder' AS what, h.lane, h.id, h.person AS more, NULL::int8 AS seq, NULL::int8 AS amount_minor FROM lanes l
 JOIN holder_account h ON h.lane = l.lane AND h.id = %(text)s LIMIT 20)
UNION ALL (SELECT 'person', 0, id, kind, NULL, NULL FROM person WHERE lane = 0 AND id = %(text)s)
UNION ALL (SELECT 'instruction', i.lane, i.id, i.kind, i.seq, NULL FROM lanes l
    JOIN instruction_key k ON k.lane = l.lane AND k.key16 = substring(sha256(convert_to(%(text)s, 'UTF8')) FROM 1 FOR 16)
    JOIN instruction i ON i.lane = k.lane AND i.seq = k.seq AND i.id = %(text)s LIMIT 20)
UNION ALL (SELECT 'payment', w.lane, w.id, w.end_to_end_id, w.seq, w.amount_minor FROM lanes l
    JOIN withdrawal w ON w.lane = l.lane AND w.end_to_end_id = %(text)s LIMIT 20)
UNION ALL (SELECT 'payment', p.lane, p.id, p.end_to_end_id, p.seq, p.amount_minor FROM lanes l
    JOIN payout p ON p.lane = l.lane AND p.end_to_end_id = %(text)s LIMIT 20)
UNION ALL (SELECT 'payment', o.lane, o.payment, o.end_to_end_id, NULL, NULL FROM bank_order o WHERE o.end_to_end_id = %(text)s LIMIT 20)
UNION ALL (SELECT 'payment', o.lane, o.id, o.channel, o.seq, NULL FROM lanes l
    JOIN outbox o ON o.lane = l.lane AND o.id = %(text)s WHERE NOT starts_with(o.channel, 'lane:') LIMIT 20)
UNION ALL (SELECT 'bank_entry', s.lane, e.instruction_id, e.bank_reference, NULL, e.amount_minor FROM bank_entry e
    JOIN bank_statement s ON s.id = e.statement WHERE e.bank_reference = %(text)s AND e.bank_reference <> '' LIMIT 20)
UNION ALL (SELECT 'bank_entry', s.lane, e.instruction_id, e.end_to_end_id, NULL, e.amount_minor FROM bank_entry e
    JOIN bank_statement s ON s.id = e.statement WHERE e.end_to_end_id = %(text)s AND e.end_to_end_id <> '' LIMIT 20)
UNION ALL (SELECT 'listing', i.lane, i.id, i.state, i.seq, i.amount_minor FROM lanes l JOIN listing i ON i.lane = l.lane AND i.id = %(text)s LIMIT 20)
UNION ALL (SELECT 'card', c.lane, c.id, c.holder, NULL, NULL FROM lanes l JOIN card c ON c.lane = l.lane AND c.id = %(text)s LIMIT 20)
UNION ALL (SELECT 'mandate', m.lane, m.id, m.holder, m.authority, m.cap_minor FROM lanes l
    JOIN mandate m ON m.lane = l.lane AND m.id = %(text)s LIMIT 20)
UNION ALL (SELECT 'hold', o.lane, o.id, o.owner, o.seq, o.amount_minor FROM lanes l JOIN hold o ON o.lane = l.lane AND o.id = %(text)s LIMIT 20)
UNION ALL (SELECT 'suspense', s.lane, s.id, s.state, s.seq, s.left_minor FROM lanes l
    JOIN suspense_item s ON s.lane = l.lane AND s.id = %(text)s LIMIT 20)
UNION ALL (SELECT 'break', b.lane, b.id, b.code, NULL, b.at_risk_minor FROM lanes l JOIN recon_break b ON b.lane = l.lane AND b.id = %(text)s LIMIT 20)
UNION ALL (SELECT 'break', b.lane, b.id, b.code, NULL, b.at_risk_minor FROM lanes l JOIN check_break b ON b.lane = l.lane AND b.id = %(text)s LIMIT 20)
