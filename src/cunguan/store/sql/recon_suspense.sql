-- recon_suspense: what came up to a date and is in suspense now, by pool, account and the day it came. Locks nothing.
SELECT pool, code, received_date, count(*), sum(left_minor)::int8 FROM suspense_item
WHERE lane = %(lane)s AND received_date <= %(day)s AND state = 'open' AND left_minor > 0 GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
