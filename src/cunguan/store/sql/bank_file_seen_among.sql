-- bank_file_seen_among: which of the files that are listed were fetched. Locks nothing.
SELECT s.name, s.mark FROM bank_file_seen s JOIN unnest(%(names)s::text[], %(marks)s::text[]) AS l (name, mark)
    ON s.name = l.name AND s.mark = l.mark
WHERE s.channel = %(channel)s
