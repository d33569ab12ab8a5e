-- check_held: what stands held for some listings as of a sequence: each bid, less what was taken from it until then.
SELECT h.listing, sum(h.amount_minor - used.amount_minor)::int8
FROM hold h CROSS JOIN LATERAL (
    SELECT coalesce(sum(p.amount_minor), 0)::int8 AS amount_minor FROM posting p
    WHERE p.lane = h.lane AND p.debit_account = h.account AND p.seq > h.seq AND p.seq <= %(seq)s AND p.opened = h.seq) used
WHERE h.lane = %(lane)s AND h.listing = ANY(%(ids)s) AND h.seq <= %(seq)s AND h.purpose IN ('bid', 'marketing_bid')
GROUP BY 1
