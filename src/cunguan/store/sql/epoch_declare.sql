-- epoch_declare: a new life of this database, under the name of its first, with what it has and where its sequences go on.
INSERT INTO epoch (epoch, installation, reason, heads, restored, declared_by, confirmed_by)
SELECT %(epoch)s, (SELECT installation FROM epoch ORDER BY epoch LIMIT 1), %(reason)s, %(heads)s, %(restored)s,
       %(declared_by)s, %(confirmed_by)s
