-- lanmao_listing_row: a listing as operations read it.
SELECT id, pool, borrower, amount_minor, rate_e6, rule, months, raise_until, release_by, full_by, grace_days, late_rate_e6,
       early, fee_schedule, fee_item, recorded, reservation, held_minor, lent_minor, repaid_minor, interest_minor, late_minor,
       disbursed_date, seq, state
FROM listing WHERE lane = %(lane)s AND id = %(id)s
