"""Day states (日切): one business date of one lane.

Nothing posts into a closed day; what concerns it is corrected in the open one.

>>> DAY.after("closing", "closed")
'closed'
>>> DAY.after("closed", "closed")
Traceback (most recent call last):
...
cunguan.kernel.machine.MoveForbidden: day: closed does not take closed
"""

from cunguan.kernel.machine import Machine

DAY = Machine(
    name="day",
    initial="open",
    moves={
        # from       event              to
        ("open", "closing_begun"): "closing",
        ("open", "closed"): "closed",  # nothing was left to be done first
        ("closing", "closed"): "closed",
    },
    final=frozenset({"closed"}),
)
