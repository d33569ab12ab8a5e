-- 0004 keys, nonces and profiles of platforms: who may speak at the platform's door, and how.

INSERT INTO schema_step (number, name) VALUES (4, '0004_door_trust');
