-- inbox_files: files that came from banks, the last first: those of the ids; without ids those that were not used whole, or all.
-- Locks nothing.
SELECT f.id, f.channel, f.name, f.at, f.bytes, f.state, f.why, (SELECT count(*) FROM bank_file_again a WHERE a.file = f.id),
       count(s.id), coalesce(sum(s.entry_count), 0)::int8, encode(f.sha256, 'hex')
FROM bank_file f LEFT JOIN bank_statement s ON s.file = f.id AND s.state <> 'replaced'
WHERE f.direction = 'in' AND (f.id = ANY(%(ids)s)
      OR %(ids)s::int8[] IS NULL AND (%(all)s OR f.state IN ('flagged', 'unreadable', 'received')))
GROUP BY f.id ORDER BY f.id DESC LIMIT %(most)s
