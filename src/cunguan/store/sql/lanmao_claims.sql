-- lanmao_claims: the claims of a listing.
SELECT id, listing, holder, rank, weight_minor, principal_minor, interest_minor, late_minor, seq, state,
       recourse_interest_minor, recourse_late_minor, carried_interest_minor, carried_late_minor, acquired_date
FROM claim WHERE lane = %(lane)s AND listing = %(listing)s ORDER BY id
