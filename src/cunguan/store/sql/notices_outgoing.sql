-- notices_outgoing: notices that another channel carries too, the oldest first, with their readers' languages. Locks them; what
-- another sends is passed over.
SELECT n.id, n.reader, n.kind, n."values",
       coalesce((SELECT u.language FROM people_user u WHERE u.kind = 'client' AND u.reference = n.reader
                 UNION ALL SELECT u.language FROM people_user u WHERE n.reader = 'user:' || u.id LIMIT 1), '')
FROM notices_notice n WHERE n.outgoing = 'waiting' ORDER BY n.id LIMIT %(limit)s FOR UPDATE OF n SKIP LOCKED
