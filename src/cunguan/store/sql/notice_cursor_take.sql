-- notice_cursor_take: a lane's cursor, made where there is none. Locks its row; nothing where another has it.
WITH made AS (INSERT INTO notices_cursor (lane, seq) VALUES (%(lane)s, 0) ON CONFLICT DO NOTHING)
SELECT seq FROM notices_cursor WHERE lane = %(lane)s FOR UPDATE SKIP LOCKED
