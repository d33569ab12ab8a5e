-- subject_keys_newest_are_current: after a restore: of each subject the newest key that reads encrypts. Locks the rows.
UPDATE subject_key k SET state = CASE WHEN k.version = n.version THEN 'current' ELSE 'old' END
FROM (SELECT subject, max(version) AS version FROM subject_key WHERE state <> 'destroyed' GROUP BY subject) n
WHERE n.subject = k.subject AND k.state <> 'destroyed' AND k.state <> CASE WHEN k.version = n.version THEN 'current' ELSE 'old' END
