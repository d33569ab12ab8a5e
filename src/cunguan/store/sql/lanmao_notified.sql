-- lanmao_notified: note one try to tell a result: done, or when the next one is; no next one: it is given up.
UPDATE lanmao_request SET notify_at = %(notify_at)s, notified_at = %(notified_at)s, notify_failures = %(failures)s
WHERE lane = %(lane)s AND request_no = %(request_no)s
