-- lane_head: where a lane stands. Locks nothing.
SELECT token, head, at FROM lane WHERE lane = %(lane)s
