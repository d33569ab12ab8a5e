-- platform_listing: one listing of a lane with its currency. Locks nothing.
SELECT l.id, l.pool, p.currency, l.borrower, l.state, l.amount_minor, l.rate_e6, l.months, l.raise_until, l.disbursed_date,
       l.held_minor + l.lent_minor AS raised_minor, l.held_minor, l.lent_minor, l.repaid_minor,
       l.lent_minor - l.repaid_minor AS outstanding_minor, l.interest_minor, l.late_minor
FROM listing l JOIN pool p ON p.lane = l.lane AND p.id = l.pool
WHERE l.lane = %(lane)s AND l.id = %(id)s
