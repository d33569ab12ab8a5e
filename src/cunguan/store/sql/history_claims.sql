-- history_claims: the claims of a listing as of a sequence, by the moves of the register.
SELECT claim, holder, min(seq), coalesce(sum(principal_minor) FILTER (WHERE principal_minor > 0), 0)::int8,
       sum(principal_minor)::int8, sum(interest_minor)::int8, sum(late_minor)::int8,
       sum(recourse_interest_minor)::int8, sum(recourse_late_minor)::int8
FROM claim_move WHERE lane = %(lane)s AND listing = %(listing)s AND seq <= %(seq)s GROUP BY 1, 2 ORDER BY 3, 1
