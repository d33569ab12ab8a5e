-- console_mark_set: a lane was summed up to here.
UPDATE console_mark SET upto = %(upto)s WHERE lane = %(lane)s
