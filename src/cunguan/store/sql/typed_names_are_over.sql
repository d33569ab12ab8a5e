-- typed_names_are_over: whether names that are typed count no more: the books hold more than sandboxes, and two of the staff have
-- passkeys; and which of two names are of such people. By the owner: no other role reads who has which passkey.
WITH ready AS (
    SELECT u.reference FROM people_user u
    WHERE u.kind = 'staff' AND u.is_active
      AND EXISTS (SELECT FROM mfa_authenticator a WHERE a.user_id = u.id AND a.type = 'webauthn')
)
SELECT EXISTS (SELECT FROM lane_day WHERE lane > 0 AND NOT sandbox) AND (SELECT count(*) FROM ready) >= 2,
       ARRAY(SELECT reference FROM ready WHERE reference = ANY (%(names)s))
