-- 0021_sealing_keys
-- Expand only.

INSERT INTO schema_step (number, name) VALUES (21, '0021_sealing_keys');
