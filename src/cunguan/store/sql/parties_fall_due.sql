-- parties_fall_due: parties whose checks are over are to be checked again. Locks the rows it moves, in no order that others take.
UPDATE parties_party SET state = 'due', changed_at = %(now)s WHERE state = 'verified' AND check_by < %(today)s
