-- log_rows_instructions: what was done in a range of sequences.
SELECT seq, id, kind, version, body, detail FROM instruction
WHERE lane = %(lane)s AND seq BETWEEN %(first)s AND %(last)s AND state = 'done' ORDER BY seq
