-- posted: the postings of some instructions of one lane, with their business date, by the first 16 bytes of the ids' hashes.
-- Locks nothing.
SELECT k.key16, p.seq, p.line, b.business_date, p.debit_account, p.credit_account, p.amount_minor, p.opened
FROM instruction_key k
JOIN posting p ON p.lane = k.lane AND p.seq = k.seq
JOIN LATERAL (SELECT business_date FROM batch WHERE batch.lane = k.lane AND first_seq <= k.seq ORDER BY first_seq DESC LIMIT 1) b ON true
WHERE k.lane = %s AND k.key16 = ANY(%b) ORDER BY p.seq, p.line
