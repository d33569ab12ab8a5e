-- 0018_persons
-- Expand only.

INSERT INTO schema_step (number, name) VALUES (18, '0018_persons');
