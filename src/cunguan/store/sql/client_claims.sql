-- client_claims: the claims of some holders, those that are owed first, with the loan and the next row of its plan. Locks nothing.
SELECT c.lane, c.id, c.holder, c.listing, c.rank, c.weight_minor, c.principal_minor, c.interest_minor, c.late_minor, c.state,
       l.amount_minor, l.rate_e6, l.months, l.state AS listing_state, l.disbursed_date, l.lent_minor, l.grace_days,
       n.number, n.due_date, n.due_principal_minor, n.due_interest_minor
FROM unnest(%(lanes)s::int4[], %(holders)s::text[]) AS h (lane, holder)
JOIN claim c ON c.lane = h.lane AND c.holder = h.holder
JOIN listing l ON l.lane = c.lane AND l.id = c.listing
LEFT JOIN LATERAL (
    SELECT r.number, r.due_date, r.principal_minor - r.paid_principal_minor - r.compensated_principal_minor AS due_principal_minor,
           r.interest_minor - r.paid_interest_minor - r.compensated_interest_minor AS due_interest_minor
    FROM plan_row r WHERE r.lane = c.lane AND r.listing = c.listing AND c.principal_minor > 0
      AND r.principal_minor + r.interest_minor > r.paid_principal_minor + r.paid_interest_minor
          + r.compensated_principal_minor + r.compensated_interest_minor
    ORDER BY r.number LIMIT 1) n ON true
ORDER BY c.principal_minor = 0, n.due_date NULLS LAST, c.lane, c.id LIMIT 200
