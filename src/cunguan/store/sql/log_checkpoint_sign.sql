-- log_checkpoint_sign: the signed note of a size; when the quorum had cosigned it, once it had.
UPDATE log_checkpoint SET note = %(note)s, cosigned_at = CASE WHEN %(cosigned)s THEN coalesce(cosigned_at, clock_timestamp()) ELSE cosigned_at END
WHERE log = %(log)s AND size = %(size)s
