-- liability_export_add: a working file was given out.
INSERT INTO liability_export (snapshot, recipient, sha256, by, at) VALUES (%(snapshot)s, %(recipient)s, %(sha256)s, %(by)s, %(at)s)
