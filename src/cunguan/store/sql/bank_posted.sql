-- bank_posted: what some instructions have posted to a bank account, and how many of them did; those that are an entry's are not counted.
-- Locks nothing.
SELECT coalesce(sum(CASE WHEN p.debit_account = b.account THEN p.amount_minor ELSE -p.amount_minor END), 0)::int8, count(DISTINCT i.seq)
FROM instruction_key k
JOIN instruction i ON i.lane = k.lane AND i.seq = k.seq
JOIN posting p ON p.lane = i.lane AND p.seq = i.seq
JOIN bank_account b ON b.lane = p.lane AND b.account IN (p.debit_account, p.credit_account)
WHERE k.lane = %(lane)s AND k.key16 = ANY(%(keys)s) AND b.id = %(bank_account)s
  AND NOT EXISTS (SELECT FROM bank_entry e WHERE e.instruction_id = i.id)
