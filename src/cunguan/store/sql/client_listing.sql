-- client_listing: what a lender should know of a listing before he bids. Locks nothing.
SELECT id, amount_minor, rate_e6, months, rule, raise_until, held_minor, lent_minor, grace_days, late_rate_e6, early, state,
       EXISTS (SELECT FROM guarantee g WHERE g.lane = %(lane)s AND g.listing = %(listing)s) AS is_guaranteed
FROM listing WHERE lane = %(lane)s AND id = %(listing)s
