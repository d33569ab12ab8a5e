-- 0019_liabilities
-- Expand only.

INSERT INTO schema_step (number, name) VALUES (19, '0019_liabilities');
