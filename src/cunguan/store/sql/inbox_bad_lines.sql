-- inbox_bad_lines: the lines of a file that are no entries. Locks nothing.
SELECT place, why FROM bank_bad_line WHERE file = %(file)s ORDER BY number
