-- bank_bad_lines_forget: the lines of a file that were no entries, before it is read anew.
DELETE FROM bank_bad_line WHERE file = %(file)s
