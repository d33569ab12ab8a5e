-- safeguard_notice_add: keep that somebody was told of a run's breaches.
INSERT INTO safeguarding_notice (run, whom, reference, sent_by, sent_at, text_sha256)
VALUES (%(run)s, %(whom)s, %(reference)s, %(sent_by)s, %(sent_at)s, %(text_sha256)s)
