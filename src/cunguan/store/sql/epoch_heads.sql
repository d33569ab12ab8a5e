-- epoch_heads: the life of this database and where each lane stands.
SELECT (SELECT max(epoch) FROM epoch), coalesce(jsonb_object_agg(lane::text, head), '{}') FROM lane
