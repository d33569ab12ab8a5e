-- 0003 indexes on tables that have rows: made beside their writers, in a step of its own.
-- Expand only. Not atomic: a death in the middle leaves an invalid index, which the next try removes first.

-- claims by who has them
DROP INDEX CONCURRENTLY IF EXISTS claim_by_holder;
CREATE INDEX CONCURRENTLY claim_by_holder ON claim (lane, holder);

-- the holders whose next credit goes to a legal order: read once at each start of a lane
DROP INDEX CONCURRENTLY IF EXISTS holder_account_under_order;
CREATE INDEX CONCURRENTLY holder_account_under_order ON holder_account (lane) WHERE waiting_orders > 0;

INSERT INTO schema_step (number, name) VALUES (3, '0003_indexes');
