-- console_quarantine_add: note which of a few sequences are quarantined.
INSERT INTO console_quarantine (lane, seq)
SELECT lane, seq FROM instruction WHERE lane = %(lane)s AND seq BETWEEN %(first)s AND %(last)s AND state = 'quarantined'
ON CONFLICT DO NOTHING
