-- 0008 daily check files, what the platform says of the day, breaks and confirms.

INSERT INTO schema_step (number, name) VALUES (8, '0008_check_files');
