-- receipt_of_holder: the sequences after one, up to another, in which a holder's accounts were posted to.
SELECT DISTINCT p.seq FROM account a
CROSS JOIN LATERAL (
    SELECT seq FROM posting WHERE lane = a.lane AND debit_account = a.account AND seq > %(after)s AND seq <= %(upto)s
    UNION ALL
    SELECT seq FROM posting WHERE lane = a.lane AND credit_account = a.account AND seq > %(after)s AND seq <= %(upto)s
) p
WHERE a.lane = %(lane)s AND a.owner = %(owner)s AND a.code = ANY(%(codes)s)
ORDER BY p.seq
