-- check_runs: what some runs are of.
SELECT id, kind, listing FROM run WHERE lane = %(lane)s AND id = ANY(%(ids)s)
