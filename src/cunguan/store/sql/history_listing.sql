-- history_listing: what never changes of a listing, and its state as of a sequence.
SELECT l.id, l.pool, l.borrower, l.amount_minor, l.rate_e6, l.rule, l.months, l.raise_until, l.seq,
       coalesce((SELECT m.state FROM state_move m WHERE m.lane = l.lane AND m.machine = 'listing' AND m.subject = l.id
                 AND m.seq <= %(seq)s ORDER BY m.seq DESC, m.line DESC LIMIT 1), 'registered')
FROM listing l WHERE l.lane = %(lane)s AND l.id = %(listing)s AND l.seq <= %(seq)s
