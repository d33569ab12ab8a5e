-- person_kind: whether a person of lane 0 is a person or a company, and how that was checked.
SELECT kind, method, source FROM person WHERE lane = 0 AND id = %(person)s
