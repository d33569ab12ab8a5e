-- bank_accounts_read: the bank accounts of a channel, with their lanes, and up to which line each was read.
SELECT a.lane, a.id, a.reference, coalesce(c.number, 0)
FROM bank_account a LEFT JOIN bank_cursor c ON c.channel = a.channel AND c.reference = a.reference
WHERE a.channel = %(channel)s AND a.state = 'open' ORDER BY a.lane, a.id
