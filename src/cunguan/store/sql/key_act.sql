-- key_act: a key's change is an act of the log. Locks the counter of acts until the commit.
SELECT log_act_add(6, %(subject)s, %(about)s)
