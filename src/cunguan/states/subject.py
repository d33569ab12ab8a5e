"""Subject states (客户信息): what of a client of a platform is kept behind his reference, and whether it may be used.

Restricted: it is kept because the law says so, shown to nobody and found by nobody; money acts go on as the law asks.
Shredded: the keys are destroyed, and nothing brings it back. Two people do either.

>>> SUBJECT.after("active", "restrict")
'restricted'
>>> SUBJECT.after("active", "shred")
Traceback (most recent call last):
...
cunguan.kernel.machine.MoveForbidden: subject: active does not take shred
"""

from cunguan.kernel.machine import Machine

SUBJECT = Machine(
    name="subject",
    initial="active",
    moves={
        # from          event         to
        ("active", "restrict"): "restricted",
        ("restricted", "resume"): "active",  # he is a client again, or it was restricted by mistake
        ("restricted", "shred"): "shredded",
    },
    final=frozenset({"shredded"}),
)
