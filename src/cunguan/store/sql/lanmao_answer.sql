-- lanmao_answer: keep the first answer to a request, and what its client is to confirm; the first word stands.
UPDATE lanmao_request SET answer = %(answer)s, steps = %(steps)s, told = %(told)s
WHERE lane = %(lane)s AND request_no = %(request_no)s AND answer IS NULL
RETURNING request_no
