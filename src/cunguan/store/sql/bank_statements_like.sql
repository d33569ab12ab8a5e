-- bank_statements_like: earlier statements that call themselves the same, and still stand; the last one first.
SELECT id, digest FROM bank_statement
WHERE channel = %(channel)s AND identity = %(identity)s AND state <> 'replaced' AND same_as IS NULL ORDER BY id DESC
