-- person_under_order: whether a legal order that is not over names a person. Locks nothing.
SELECT EXISTS (SELECT FROM legal_order WHERE person = %(person)s AND state IN ('waiting', 'partly_filled', 'in_force'))
    OR EXISTS (SELECT FROM order_here WHERE person = %(person)s AND state = 'in_force')
