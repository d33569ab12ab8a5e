-- log_act_of: one act of the doors.
SELECT type, salt_key_id, content FROM log_act WHERE seq = %(seq)s
