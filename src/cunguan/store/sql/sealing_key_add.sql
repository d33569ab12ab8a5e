-- sealing_key_add: a further version of the sealing key; nothing where it is there. Locks its own row.
INSERT INTO sealing_key (version, wrapped, at) VALUES (%(version)s, %(wrapped)s, %(at)s) ON CONFLICT DO NOTHING
