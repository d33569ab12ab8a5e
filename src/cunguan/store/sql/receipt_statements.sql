-- receipt_statements: the acts that state a month of a holder's accounts.
SELECT l.seq, s.account FROM account a
JOIN account_statement s ON s.lane = a.lane AND s.account = a.account AND s.month = %(month)s
JOIN log_act l ON l.subject = 'account_statement:' || s.lane || '/' || s.account || '/' || s.month
WHERE a.lane = %(lane)s AND a.owner = %(owner)s AND a.code = ANY(%(codes)s)
ORDER BY s.account
