-- client_plan: the rows of a loan's plan and what was paid of each. Locks nothing.
SELECT number, due_date, principal_minor, interest_minor, paid_principal_minor, paid_interest_minor, paid_late_minor,
       compensated_principal_minor, compensated_interest_minor, state
FROM plan_row WHERE lane = %(lane)s AND listing = %(listing)s ORDER BY number
