-- payments_stopped: which of some clients' payments wait, because their pool lacks cash and pays no client. Locks nothing.
SELECT w.id FROM withdrawal w
JOIN bank_account b ON b.lane = w.lane AND b.id = w.bank_account
JOIN pool p ON p.lane = b.lane AND p.id = b.pool
WHERE w.lane = %s AND w.id = ANY(%s) AND p.state = 'payouts_stopped'
