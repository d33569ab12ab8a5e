-- sealing_key_rewrap: a version of the sealing key, wrapped anew. Locks its row.
UPDATE sealing_key SET wrapped = %(wrapped)s WHERE version = %(version)s AND destroyed_at IS NULL
