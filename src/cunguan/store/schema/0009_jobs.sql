-- 0009 what the jobs worker and the supervised processes keep.

INSERT INTO schema_step (number, name) VALUES (9, '0009_jobs');
