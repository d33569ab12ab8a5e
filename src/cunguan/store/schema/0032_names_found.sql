-- 0032 clients found by their names: made beside the writers, in a step of its own.
-- Expand only. Not atomic: a death in the middle leaves an invalid index, which the next try removes first.

DROP INDEX CONCURRENTLY IF EXISTS person_detail_by_name;
CREATE INDEX CONCURRENTLY person_detail_by_name ON person_detail (lane, name_index) WHERE name_index IS NOT NULL;

-- who is not found by his name yet: empty once they all are
DROP INDEX CONCURRENTLY IF EXISTS person_detail_to_index;
CREATE INDEX CONCURRENTLY person_detail_to_index ON person_detail (lane, person) WHERE name IS NOT NULL AND name_index IS NULL;

INSERT INTO schema_step (number, name) VALUES (32, '0032_names_found');
