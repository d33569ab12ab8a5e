-- person_kind: whether a person of lane 0 is a person or a company.
SELECT kind FROM person WHERE lane = 0 AND id = %(person)s
