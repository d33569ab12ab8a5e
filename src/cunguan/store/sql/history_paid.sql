-- history_paid: what the borrower paid on a listing, to lenders and guarantors, journal by journal, up to a sequence.
SELECT seq, coalesce(-sum(principal_minor) FILTER (WHERE principal_minor < 0), 0)::int8,
       sum(interest_minor - recourse_interest_minor)::int8, sum(late_minor - recourse_late_minor)::int8
FROM claim_move WHERE lane = %(lane)s AND listing = %(listing)s AND seq <= %(seq)s GROUP BY seq ORDER BY seq
