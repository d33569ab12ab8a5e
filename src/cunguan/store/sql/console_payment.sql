-- console_payment: all that is known of one payment to a bank: its order, what the bank said, what the books made of it. Locks nothing.
SELECT o.lane, d.platform, o.id, o.channel, o.state, o.seq, i.id AS instruction, i.kind, b.at,
       to_jsonb(w) AS withdrawal, to_jsonb(p) AS payout, to_jsonb(x) AS waits, l.currency,
       to_jsonb(r) AS bank_order, EXISTS (
           SELECT FROM (SELECT epoch, heads FROM epoch WHERE epoch > 1 ORDER BY epoch DESC LIMIT 1) e
           WHERE o.seq <= (e.heads ->> o.lane::text)::int8 AND o.state IN ('waiting', 'sending', 'sent', 'in_doubt')
             AND NOT EXISTS (SELECT FROM payment_release x WHERE x.lane = o.lane AND x.message = o.id AND x.epoch = e.epoch)) AS is_held,
       coalesce((SELECT jsonb_agg(jsonb_build_object('status', s.status, 'reason', s.reason, 'is_final', s.is_final, 'outcome', s.outcome,
           'file', s.file, 'at', f.at) ORDER BY s.file) FROM bank_status s JOIN bank_file f ON f.id = s.file
           WHERE s.order_id = coalesce(r.end_to_end_id, w.end_to_end_id, p.end_to_end_id)
             AND s.file > (SELECT coalesce(max(id), 0) - 100000 FROM bank_file)), '[]') AS statuses,
       coalesce((SELECT jsonb_agg(jsonb_build_object('seq', m.seq, 'machine', m.machine, 'event', m.event, 'state', m.state, 'id', n.id,
           'kind', n.kind) ORDER BY m.seq, m.line) FROM state_move m JOIN instruction n ON n.lane = m.lane AND n.seq = m.seq
           WHERE m.lane = o.lane AND m.machine IN ('withdrawal', 'payout', 'outbox') AND m.subject = o.id), '[]') AS moves
FROM outbox o JOIN lane_day d ON d.lane = o.lane JOIN instruction i ON i.lane = o.lane AND i.seq = o.seq
LEFT JOIN withdrawal w ON w.lane = o.lane AND w.id = o.id LEFT JOIN payout p ON p.lane = o.lane AND p.id = o.id
LEFT JOIN bank_account a ON a.lane = o.lane AND a.id = coalesce(w.bank_account, p.bank_account)
LEFT JOIN pool l ON l.lane = o.lane AND l.id = a.pool LEFT JOIN log_wait x ON x.lane = o.lane AND x.payment = o.id
LEFT JOIN bank_order r ON r.lane = o.lane AND r.payment = o.id
CROSS JOIN LATERAL (SELECT at FROM batch WHERE lane = o.lane AND first_seq <= o.seq ORDER BY first_seq DESC LIMIT 1) b
WHERE o.lane = %(lane)s AND o.id = %(id)s
