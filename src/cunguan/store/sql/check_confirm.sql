-- check_confirm: both sides agree on a date; once.
INSERT INTO check_confirm (lane, business_date, seq, instruction_id, key_id, confirmed_at)
VALUES (%(lane)s, %(business_date)s, %(seq)s, %(instruction_id)s, %(key_id)s, %(confirmed_at)s) ON CONFLICT DO NOTHING
