-- bank_file_again: note that the bytes of a file came once more; its id and size. Locks nothing.
WITH known AS (
    SELECT id, bytes FROM bank_file WHERE channel = %(channel)s AND direction = %(direction)s AND sha256 = %(sha256)s
), noted AS (
    INSERT INTO bank_file_again (file, at, name) SELECT id, %(at)s, %(name)s FROM known
)
SELECT id, bytes FROM known
