-- console_mark_hold: hold a lane's mark, made where there is none; locks that row.
INSERT INTO console_mark (lane, upto) VALUES (%(lane)s, 0) ON CONFLICT (lane) DO UPDATE SET upto = console_mark.upto RETURNING upto
