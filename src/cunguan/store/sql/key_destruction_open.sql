-- key_destruction_open: what is proposed of a key and not done. Locks its row, so that two who agree at once do it once.
SELECT number, name, through, maker, proposed_at, reason FROM key_destruction
WHERE name = %(name)s AND done_at IS NULL FOR UPDATE
