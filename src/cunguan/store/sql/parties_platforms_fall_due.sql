-- parties_platforms_fall_due: platforms whose review is over are to be reviewed again. Locks the rows it moves.
UPDATE parties_platform SET state = 'due', changed_at = %(now)s WHERE state = 'accepted' AND review_by < %(today)s
