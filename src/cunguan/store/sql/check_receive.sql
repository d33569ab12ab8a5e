-- check_receive: keep what a platform sent, before anything is read of it; the same id again changes nothing.
INSERT INTO check_upload (lane, instruction_id, business_date, kind, seq, form, key_id, received_at, sha256, content)
VALUES (%(lane)s, %(instruction_id)s, %(business_date)s, %(kind)s, %(seq)s, %(form)s, %(key_id)s, %(received_at)s, %(sha256)s,
        %(content)s)
ON CONFLICT DO NOTHING
