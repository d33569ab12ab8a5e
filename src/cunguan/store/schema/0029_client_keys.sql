-- 0029 a client's keys by his account: made beside the writers, in a step of its own.
-- Expand only. Not atomic: a death in the middle leaves an invalid index, which the next try removes first.

DROP INDEX CONCURRENTLY IF EXISTS client_key_by_holder;
CREATE INDEX CONCURRENTLY client_key_by_holder ON client_key (lane, holder);

INSERT INTO schema_step (number, name) VALUES (29, '0029_client_keys');
