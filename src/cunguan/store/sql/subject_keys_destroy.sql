-- subject_keys_destroy: the keys of a subject up to a version are gone for ever. Locks their rows.
UPDATE subject_key SET state = 'destroyed', locked = '', destroyed_at = %(at)s
WHERE subject = %(subject)s AND version <= %(version)s AND state <> 'destroyed'
