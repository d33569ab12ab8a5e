-- safeguard_stated_add: record what the holder of money said of a day, where no file came.
INSERT INTO safeguarding_statement (lane, pool, id, day, amount_minor, document, maker, checker, at)
VALUES (%(lane)s, %(pool)s, %(id)s, %(day)s, %(amount_minor)s, %(document)s, %(maker)s, %(checker)s, %(at)s)
