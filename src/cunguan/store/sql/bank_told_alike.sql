-- bank_told_alike: credits among these lines that look like one that is booked: same account, day and amount, nothing in payer or
-- end-to-end id that differs, one of them only notified, the other only in a statement, and one without the bank's reference. A bank
-- that writes its reference in one kind of message only would else be believed twice.
SELECT DISTINCT e.line
FROM bank_entry e
JOIN bank_line l ON l.id = e.line
JOIN bank_entry n ON n.booked_on = e.booked_on AND n.amount_minor = e.amount_minor AND n.credit
    AND n.line <> e.line AND n.outcome IN ('booked', 'known')
    AND (n.payer_hash = e.payer_hash OR n.payer_hash = '' OR e.payer_hash = '')
    AND (n.end_to_end_id = e.end_to_end_id OR n.end_to_end_id = '' OR e.end_to_end_id = '')
    AND (n.bank_reference = '' OR e.bank_reference = '')
JOIN bank_line k ON k.id = n.line AND k.channel = l.channel AND k.account = l.account
CROSS JOIN LATERAL (
    SELECT bool_or(s.kind = 'statement') AS any, bool_and(s.kind = 'statement') AS only
    FROM bank_entry o JOIN bank_statement s ON s.id = o.statement WHERE o.line = e.line
) this
CROSS JOIN LATERAL (
    SELECT bool_or(s.kind = 'statement') AS any, bool_and(s.kind = 'statement') AS only
    FROM bank_entry o JOIN bank_statement s ON s.id = o.statement WHERE o.line = n.line
) that
WHERE e.line = ANY(%(lines)s) AND e.credit
  AND ((this.only AND NOT that.any) OR (that.only AND NOT this.any))
