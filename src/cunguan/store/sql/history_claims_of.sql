-- history_claims_of: the claims of one holder as of a sequence.
SELECT claim, listing, min(seq), coalesce(sum(principal_minor) FILTER (WHERE principal_minor > 0), 0)::int8,
       sum(principal_minor)::int8, sum(interest_minor)::int8, sum(late_minor)::int8,
       sum(recourse_interest_minor)::int8, sum(recourse_late_minor)::int8
FROM claim_move WHERE lane = %(lane)s AND holder = %(holder)s AND seq <= %(seq)s GROUP BY 1, 2 ORDER BY 3, 1
