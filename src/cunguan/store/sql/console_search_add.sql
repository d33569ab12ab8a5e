-- console_search_add: somebody searched by personal data: which kind, and how many were found.
INSERT INTO console_search (at, by_whom, what, found) VALUES (%(at)s, %(by_whom)s, %(what)s, %(found)s)
