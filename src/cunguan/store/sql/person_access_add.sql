-- person_access_add: somebody saw something in clear. Locks nothing.
INSERT INTO person_access (lane, person, by_whom, what, reason, at)
VALUES (%(lane)s, %(person)s, %(by_whom)s, %(what)s, %(reason)s, %(at)s)
