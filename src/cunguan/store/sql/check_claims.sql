-- check_claims: the principal of the claims of some listings as of a sequence, by the moves of the register.
SELECT claim, listing, holder, sum(principal_minor)::int8
FROM claim_move WHERE lane = %(lane)s AND listing = ANY(%(ids)s) AND seq <= %(seq)s GROUP BY 1, 2, 3
