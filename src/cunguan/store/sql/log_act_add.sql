-- log_act_add: a further act, as the last thing of its transaction: it holds the acts' counter until the commit.
SELECT log_act_add(%(type)s, %(subject)s, %(content)s)
