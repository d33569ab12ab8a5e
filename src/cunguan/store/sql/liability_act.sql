-- liability_act: the act of a snapshot or of an attestation.
SELECT seq, salt_key_id, content FROM log_act WHERE subject = %(subject)s ORDER BY seq LIMIT 1
