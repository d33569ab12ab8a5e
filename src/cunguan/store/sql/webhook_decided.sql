-- webhook_decided: what was decided in a range of sequences, as far as planning reads it. Locks nothing.
SELECT seq, id, kind, state FROM instruction WHERE lane = %(lane)s AND seq BETWEEN %(first)s AND %(last)s ORDER BY seq
