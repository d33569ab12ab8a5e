-- console_searches: who searched by which kind of personal data, the newest first. Locks nothing.
SELECT number, at, by_whom, what, found FROM console_search WHERE (%(k0)s::int8 IS NULL OR number < %(k0)s::int8)
ORDER BY number DESC LIMIT %(limit)s
