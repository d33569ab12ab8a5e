-- sealing_key_retire: notes which versions nothing is sealed by any more. Locks their rows.
UPDATE sealing_key SET retired_at = %(at)s WHERE version = ANY(%(versions)s::int4[]) AND retired_at IS NULL
