-- client_open: what makes up a holder's balances that are not available: deposits that have not cleared, holds that are open, withdrawals
-- that are on their way, orders that have frozen something; the newest of each. Locks nothing.
SELECT * FROM (
    SELECT 'uncleared' AS bucket, id, '' AS about, amount_minor, seq, state, NULL::date AS until FROM deposit
    WHERE lane = %(lane)s AND holder = %(holder)s AND state = 'uncleared' ORDER BY seq DESC LIMIT %(limit)s) d
UNION ALL
SELECT * FROM (
    SELECT 'held', id, listing, amount_minor - captured_minor - released_minor, seq, purpose, release_by FROM hold
    WHERE lane = %(lane)s AND owner = %(holder)s AND state = 'open' ORDER BY seq DESC LIMIT %(limit)s) h
UNION ALL
SELECT * FROM (
    SELECT 'outbound', id, card, amount_minor, seq, state, NULL::date FROM withdrawal
    WHERE lane = %(lane)s AND holder = %(holder)s AND state IN ('unconfirmed', 'challenged', 'held', 'sent', 'in_doubt')
    ORDER BY seq DESC LIMIT %(limit)s) w
UNION ALL
SELECT * FROM (
    SELECT 'frozen', id, '', frozen_minor - taken_minor, seq, state, NULL::date FROM order_here
    WHERE lane = %(lane)s AND person = %(person)s AND currency = %(currency)s AND frozen_minor > taken_minor
    ORDER BY seq DESC LIMIT %(limit)s) o
