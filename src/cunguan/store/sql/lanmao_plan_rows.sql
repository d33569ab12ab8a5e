-- lanmao_plan_rows: the whole plan of a listing as operations read it.
SELECT id, listing, number, due_date, principal_minor, interest_minor, paid_principal_minor, paid_interest_minor,
       paid_late_minor, state, compensated_principal_minor, compensated_interest_minor, compensated_late_minor
FROM plan_row WHERE lane = %(lane)s AND listing = %(listing)s ORDER BY number
