-- authorisation_answer: keep what the plane said; the first word stands.
UPDATE authorisation SET answer = %(answer)s, answered_at = %(now)s
WHERE lane = %(lane)s AND id = %(id)s AND state = 'confirmed' AND answer IS NULL
