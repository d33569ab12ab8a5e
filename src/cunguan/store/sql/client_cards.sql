-- client_cards: the cards of a holder, the one in use first. Locks nothing.
SELECT id, payee_hash, bound_date, cooling_until, state FROM card WHERE lane = %(lane)s AND holder = %(holder)s
ORDER BY state = 'active' DESC, bound_date DESC, id LIMIT 20
