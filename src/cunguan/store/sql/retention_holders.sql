-- retention_holders: the holders of a lane whose account was closed on a day or before it, and whether they are under an order.
SELECT h.id, h.person, b.business_date, h.person = ANY(%(persons)s)
FROM holder_account h
CROSS JOIN LATERAL (
    SELECT seq FROM state_move m WHERE m.lane = h.lane AND m.machine = 'account' AND m.subject = h.id
    ORDER BY seq DESC LIMIT 1) ended
CROSS JOIN LATERAL (
    SELECT business_date FROM batch WHERE lane = h.lane AND first_seq <= ended.seq ORDER BY first_seq DESC LIMIT 1) b
WHERE h.lane = %(lane)s AND h.state IN ('closed', 'refused') AND b.business_date <= %(cutoff)s ORDER BY h.id
