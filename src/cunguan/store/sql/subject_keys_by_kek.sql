-- subject_keys_by_kek: how many keys are under each KEK, and which is the oldest. Locks nothing.
SELECT kek, count(*) FROM subject_key WHERE state <> 'destroyed' GROUP BY kek ORDER BY kek
