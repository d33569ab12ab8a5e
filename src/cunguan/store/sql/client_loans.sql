-- client_loans: the listings of some borrowers, the newest first, with the next row of each plan. Locks nothing.
SELECT l.lane, l.id, l.borrower, l.amount_minor, l.lent_minor, l.repaid_minor, l.rate_e6, l.months, l.state, l.disbursed_date, l.seq,
       n.number, n.due_date, n.due_principal_minor, n.due_interest_minor
FROM unnest(%(lanes)s::int4[], %(holders)s::text[]) AS h (lane, holder)
JOIN listing l ON l.lane = h.lane AND l.borrower = h.holder
LEFT JOIN LATERAL (
    SELECT r.number, r.due_date, r.principal_minor - r.paid_principal_minor AS due_principal_minor,
           r.interest_minor - r.paid_interest_minor AS due_interest_minor
    FROM plan_row r WHERE r.lane = l.lane AND r.listing = l.id
      AND r.principal_minor + r.interest_minor > r.paid_principal_minor + r.paid_interest_minor
    ORDER BY r.number LIMIT 1) n ON true
ORDER BY l.seq DESC LIMIT 100
