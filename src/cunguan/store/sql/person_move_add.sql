-- person_move_add: a move of a client's details. Locks nothing.
INSERT INTO person_move (lane, person, event, state, maker, checker, reason, kept_until, at)
VALUES (%(lane)s, %(person)s, %(event)s, %(state)s, %(maker)s, %(checker)s, %(reason)s, %(kept_until)s, %(at)s)
