-- 0031 clients by their names: a further blind index of their details (docs/adr/0054). Expand only.

-- NULL: no name, or one that was kept before this step, until `cunguan person index`; empty: a name without a letter, not searched
ALTER TABLE person_detail ADD COLUMN name_index bytea;
ALTER TABLE person_detail ADD CONSTRAINT person_detail_shredded_has_no_name
    CHECK (state <> 'shredded' OR name_index IS NULL) NOT VALID;  -- no row has one yet

INSERT INTO schema_step (number, name) VALUES (31, '0031_name_index');
