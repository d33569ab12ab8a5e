-- check_break_open: note a difference; one that was closed by two people stays closed.
INSERT INTO check_break (lane, id, business_date, seq, kind, code, key, field, ours, theirs, line, opened_at, state, closed_at,
                         reason, maker, checker, currency, at_risk_minor)
VALUES (%(lane)s, %(id)s, %(business_date)s, %(seq)s, %(kind)s, %(code)s, %(key)s, %(field)s, %(ours)s, %(theirs)s, %(line)s,
        %(opened_at)s, %(state)s, %(closed_at)s, %(reason)s, '', '', %(currency)s,
        %(at_risk_minor)s)
ON CONFLICT (lane, id) DO UPDATE SET state = 'open', closed_at = NULL, reason = ''
WHERE check_break.state = 'closed' AND check_break.maker = '' AND excluded.state = 'open'
