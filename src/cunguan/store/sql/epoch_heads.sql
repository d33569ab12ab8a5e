-- epoch_heads: which database this is (the first epoch's name, whatever a later row was given), its life, and where each
-- lane stands.
SELECT (SELECT installation::text FROM epoch ORDER BY epoch LIMIT 1), e.epoch,
       (SELECT coalesce(jsonb_object_agg(lane::text, head), '{}') FROM lane)
FROM epoch e ORDER BY e.epoch DESC LIMIT 1
