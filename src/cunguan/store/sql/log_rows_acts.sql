-- log_rows_acts: a range of what doors did.
SELECT seq, type, salt_key_id, content FROM log_act WHERE seq BETWEEN %(first)s AND %(last)s ORDER BY seq
