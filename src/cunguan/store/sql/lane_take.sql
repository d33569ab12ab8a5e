-- lane_take: raise the fence. Waits for the batch in flight, which holds this row until it commits.
UPDATE lane SET token = token + 1 WHERE lane = %(lane)s RETURNING token, head, at
