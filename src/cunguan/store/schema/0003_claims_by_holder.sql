-- 0003 claims by who has them: an index on a table that has rows, so it is made beside the writers, in a step of its own.
-- Expand only. Not atomic: a death in the middle leaves an invalid index, which the next try removes first.

DROP INDEX CONCURRENTLY IF EXISTS claim_by_holder;
CREATE INDEX CONCURRENTLY claim_by_holder ON claim (lane, holder);
INSERT INTO schema_step (number, name) VALUES (3, '0003_claims_by_holder');
