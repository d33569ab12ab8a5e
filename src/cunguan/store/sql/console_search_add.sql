-- console_search_add: somebody searched by personal data: which kinds, and how many were found by each.
INSERT INTO console_search (at, by_whom, what, found)
SELECT %(at)s, %(by_whom)s, what, found FROM unnest(%(kinds)s::text[], %(counts)s::int4[]) WITH ORDINALITY AS a (what, found, number)
ORDER BY number
