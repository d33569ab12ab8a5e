-- console_export_take: the export that has waited longest; locks its row until it is made.
SELECT id, list, filters, language FROM console_export WHERE state = 'waiting' ORDER BY asked_at LIMIT 1 FOR UPDATE SKIP LOCKED
