-- 0010 what a platform lists by client: made beside the writers, in a step of its own; the ids stand in order.
-- Expand only. Not atomic: a death in the middle leaves an invalid index, which the next try removes first.

DROP INDEX CONCURRENTLY IF EXISTS hold_by_owner;
CREATE INDEX CONCURRENTLY hold_by_owner ON hold (lane, owner, id);

DROP INDEX CONCURRENTLY IF EXISTS deposit_by_holder;
CREATE INDEX CONCURRENTLY deposit_by_holder ON deposit (lane, holder, id);

DROP INDEX CONCURRENTLY IF EXISTS withdrawal_by_holder;
CREATE INDEX CONCURRENTLY withdrawal_by_holder ON withdrawal (lane, holder, id);

INSERT INTO schema_step (number, name) VALUES (10, '0010_reading');
