-- recon_ledger_lines: the postings of bank accounts (1010) in a range of sequences, each called as the bank calls it where a line of
-- the bank is known to be it, else by the end-to-end id its bank was given, its own, the reference it was booked with, or the id of the
-- instruction. `seqs`: these too.
SELECT p.seq, p.line, b.id, CASE WHEN p.debit_account = b.account THEN p.amount_minor ELSE -p.amount_minor END, l.currency,
       day.business_date, j.value_date, i.id, i.kind, coalesce(told.reference, paid.end_to_end_id, w.end_to_end_id,
           o.end_to_end_id, nullif(said.body ->> 'reference', ''), i.id), coalesce(d.clearing, '')
FROM posting p
JOIN bank_account b ON b.lane = p.lane AND b.account IN (p.debit_account, p.credit_account)
JOIN pool l ON l.lane = b.lane AND l.id = b.pool
JOIN instruction i ON i.lane = p.lane AND i.seq = p.seq
JOIN journal j ON j.lane = p.lane AND j.seq = p.seq
CROSS JOIN LATERAL (SELECT convert_from(i.body, 'UTF8')::jsonb AS body) said
CROSS JOIN LATERAL (
    SELECT business_date FROM batch WHERE lane = p.lane AND first_seq <= p.seq ORDER BY first_seq DESC LIMIT 1) day
LEFT JOIN withdrawal w ON w.lane = p.lane AND w.id = said.body ->> 'withdrawal'
LEFT JOIN payout o ON o.lane = p.lane AND o.id = said.body ->> 'payout'
LEFT JOIN bank_order paid ON paid.lane = p.lane AND paid.payment = coalesce(w.id, o.id) AND paid.channel = b.channel
LEFT JOIN deposit d ON d.lane = p.lane AND d.id = said.body ->> 'deposit'
LEFT JOIN LATERAL (
    SELECT CASE WHEN e.credit THEN coalesce(nullif(e.bank_reference, ''), nullif(e.reference, ''), nullif(e.end_to_end_id, ''),
                                            e.instruction_id)
                ELSE coalesce(nullif(e.end_to_end_id, ''), nullif(e.bank_reference, ''), nullif(e.reference, ''), e.instruction_id)
           END AS reference
    FROM bank_entry e JOIN bank_statement s ON s.id = e.statement AND s.lane = p.lane
    WHERE e.instruction_id <> '' AND e.instruction_id = i.id
    ORDER BY e.statement, e.number, e.part LIMIT 1) told ON true
WHERE p.lane = %(lane)s AND (p.seq > %(after)s AND p.seq <= %(upto)s OR p.seq = ANY(%(seqs)s))
  AND (p.debit_account = ANY(%(accounts)s) OR p.credit_account = ANY(%(accounts)s))
ORDER BY p.seq, p.line
