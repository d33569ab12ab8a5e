-- client_claim: one claim, its loan, and the share that is on sale. Locks nothing.
SELECT c.id, c.holder, c.listing, c.rank, c.weight_minor, c.principal_minor, c.interest_minor, c.late_minor, c.state, c.acquired_date,
       l.amount_minor, l.lent_minor, l.rate_e6, l.months, l.rule, l.grace_days, l.state AS listing_state, l.disbursed_date, l.late_rate_e6,
       s.id AS sale, s.share_minor, s.sold_minor, s.floor_minor, s.until AS sale_until
FROM claim c JOIN listing l ON l.lane = c.lane AND l.id = c.listing
LEFT JOIN claim_sale s ON s.lane = c.lane AND s.listing = c.listing AND s.claim = c.id AND s.state = 'open'
WHERE c.lane = %(lane)s AND c.id = %(claim)s LIMIT 1
