-- lane_schema: the first time a lane is taken by code of a schema, where it stood. Locks nothing that is there.
INSERT INTO lane_schema (lane, number, head) SELECT lane, %(number)s, head FROM lane WHERE lane = %(lane)s
ON CONFLICT DO NOTHING
