-- contract: how far the log has a lane stands in log_lane, so that the writer's row is its own; no code has ever used the column.
ALTER TABLE lane DROP CONSTRAINT lane_only_grows;
ALTER TABLE lane DROP COLUMN sequenced_head;
ALTER TABLE lane ADD CONSTRAINT lane_only_grows CHECK (head >= 0 AND token >= 0) NOT VALID;  -- the one before held as much

INSERT INTO schema_step (number, name) VALUES (22, '0022_lane_without_log');
