-- check_listings: the next listings by id, each with its state as of a sequence and since which it is in it.
SELECT l.id, l.borrower, l.amount_minor, l.seq, coalesce(moved.state, 'registered'), coalesce(moved.seq, l.seq), l.lent_minor
FROM (SELECT id, borrower, amount_minor, seq, lent_minor FROM listing WHERE lane = %(lane)s AND id > %(after)s ORDER BY id LIMIT %(limit)s) l
LEFT JOIN LATERAL (
    SELECT m.state, m.seq FROM state_move m
    WHERE m.lane = %(lane)s AND m.machine = 'listing' AND m.subject = l.id AND m.seq <= %(seq)s
    ORDER BY m.seq DESC, m.line DESC LIMIT 1) moved ON true
ORDER BY l.id
