-- door_forget: forget nonces of requests that are refused for their age anyhow; some at a time, to be short.
DELETE FROM door_nonce WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM door_nonce WHERE expires_at < to_timestamp(%(before)s) LIMIT %(count)s FOR UPDATE SKIP LOCKED))
