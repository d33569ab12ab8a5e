-- subject_key_dead: a key that no lock opens any more. Locks its row.
UPDATE subject_key SET state = 'destroyed', locked = '', destroyed_at = %(at)s
WHERE subject = %(subject)s AND version = %(version)s AND state <> 'destroyed'
