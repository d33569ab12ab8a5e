-- retention_loans: the loans of a lane whose contract ended on a day or before it, and whether a party is under an order.
SELECT l.id, b.business_date, EXISTS (
    SELECT FROM holder_account h WHERE h.lane = l.lane AND h.person = ANY(%(persons)s)
        AND (h.id = l.borrower OR h.id IN (SELECT c.holder FROM claim c WHERE c.lane = l.lane AND c.listing = l.id)
             OR h.id IN (SELECT d.owner FROM hold d WHERE d.lane = l.lane AND d.listing = l.id)))
FROM listing l
CROSS JOIN LATERAL (
    SELECT seq FROM state_move m WHERE m.lane = l.lane AND m.machine = 'listing' AND m.subject = l.id AND m.state = l.state
    ORDER BY seq DESC LIMIT 1) ended
CROSS JOIN LATERAL (
    SELECT business_date FROM batch WHERE lane = l.lane AND first_seq <= ended.seq ORDER BY first_seq DESC LIMIT 1) b
WHERE l.lane = %(lane)s AND l.state IN ('repaid', 'failed') AND b.business_date <= %(cutoff)s ORDER BY l.id
