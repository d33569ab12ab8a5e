-- lanmao_steps: note that a client has paid; a request that has ended stays as it is.
UPDATE lanmao_request SET steps = %(steps)s WHERE lane = %(lane)s AND request_no = %(request_no)s AND result IS NULL
