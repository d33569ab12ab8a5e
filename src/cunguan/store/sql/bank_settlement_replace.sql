-- bank_settlement_replace: another file of the same reference came; what was booked stands. Locks its row.
UPDATE bank_settlement SET state = 'replaced'
WHERE lane = %(lane)s AND bank_account = %(bank_account)s AND reference = %(reference)s AND state IN ('waiting', 'doubtful')
