"""Run states (批次): a large instruction in parts; the parent has fixed and reserved all, so no child fails for money.

>>> RUN.after("running", "item_posted")
'running'
>>> RUN.after("running", "last_item_posted")
'finished'
"""

from cunguan.kernel.machine import Machine

RUN = Machine(
    name="run",
    initial="running",
    moves={
        # from       event                 to
        ("running", "item_posted"): "running",
        ("running", "last_item_posted"): "finished",
    },
    final=frozenset({"finished"}),
)
