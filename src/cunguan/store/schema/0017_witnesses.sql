-- 0017_witnesses
-- Expand only.

INSERT INTO schema_step (number, name) VALUES (17, '0017_witnesses');
