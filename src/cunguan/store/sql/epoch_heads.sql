-- epoch_heads: which database this is, its life, and where each lane stands.
SELECT e.installation::text, e.epoch, (SELECT coalesce(jsonb_object_agg(lane::text, head), '{}') FROM lane)
FROM epoch e ORDER BY e.epoch DESC LIMIT 1
