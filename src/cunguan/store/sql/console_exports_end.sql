-- console_exports_end: files older than a day are gone; the rows stay.
UPDATE console_export SET state = 'gone', content = NULL WHERE state = 'made' AND asked_at < %(before)s
