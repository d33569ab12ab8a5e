-- history_claim_moves: what one instruction did to the claim register.
SELECT claim, listing, holder, principal_minor, interest_minor, late_minor, recourse_interest_minor,
       recourse_late_minor
FROM claim_move WHERE lane = %(lane)s AND seq = %(seq)s ORDER BY line
