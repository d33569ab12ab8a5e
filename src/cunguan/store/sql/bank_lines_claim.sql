-- bank_lines_claim: the movements that a sound statement is the first to tell of; the same twice in it is two. Locks its own rows.
INSERT INTO bank_line (channel, account, key, statement, number)
SELECT %(channel)s, %(account)s, key || int4send((row_number() OVER (PARTITION BY key ORDER BY number))::int4), statement, number
FROM bank_entry_reading
WHERE statement = %(id)s AND part = 0 AND status = 'booked' AND booked_on IS NOT NULL AND amount_minor > 0
ORDER BY number
ON CONFLICT (channel, account, key) DO NOTHING
