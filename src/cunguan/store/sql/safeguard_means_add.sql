-- safeguard_means_add: record where money is kept safe.
INSERT INTO safeguarding_means (lane, pool, id, kind, amount_minor, institution, letter, valid_from, valid_until, maker, checker, at)
VALUES (%(lane)s, %(pool)s, %(id)s, %(kind)s, %(amount_minor)s, %(institution)s, %(letter)s, %(valid_from)s, %(valid_until)s, %(maker)s,
        %(checker)s, %(at)s)
