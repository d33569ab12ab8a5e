-- sealed_parts_older: parts of bank files after a place that an older version of the sealing key has sealed. Locks nothing.
SELECT file, part, content FROM bank_file_part
WHERE (file, part) > (%(file)s, %(part)s) AND seal_version(substring(content FOR 5)) < %(version)s
ORDER BY file, part LIMIT %(limit)s
