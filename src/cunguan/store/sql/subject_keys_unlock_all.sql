-- subject_keys_unlock_all: after a restore: no lock of the old drawers is known here. Locks all rows.
UPDATE subject_key SET lock = 0 WHERE state <> 'destroyed'
