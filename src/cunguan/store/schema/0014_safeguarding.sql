-- 0014_safeguarding: laid out by its owner.
INSERT INTO schema_step (number, name) VALUES (14, '0014_safeguarding');
