-- lanmao_plan: the first row of a listing's plan of which the lenders may still ask something.
SELECT number, due_date, principal_minor - paid_principal_minor - compensated_principal_minor AS principal_minor,
       interest_minor - paid_interest_minor - compensated_interest_minor AS interest_minor
FROM plan_row
WHERE lane = %(lane)s AND listing = %(listing)s
  AND (principal_minor > paid_principal_minor + compensated_principal_minor
       OR interest_minor > paid_interest_minor + compensated_interest_minor)
ORDER BY number LIMIT 1
