-- lanmao_project: a listing.
SELECT id, borrower, amount_minor, rate_e6, rule, months, raise_until, fee_schedule, fee_item, held_minor, lent_minor,
       repaid_minor, interest_minor, state
FROM listing WHERE lane = %(lane)s AND id = %(id)s
