"""Fee schedule states (收费标准): one version of what a platform may charge its clients.

>>> FEE_SCHEDULE.after("announced", "notice_ended")
'in_force'
>>> FEE_SCHEDULE.after("superseded", "superseded")
Traceback (most recent call last):
...
cunguan.kernel.machine.MoveForbidden: fee_schedule: superseded does not take superseded
"""

from cunguan.kernel.machine import Machine

FEE_SCHEDULE = Machine(
    name="fee_schedule",
    initial="announced",
    begins=frozenset({"in_force"}),  # the first version has nobody to give notice to
    moves={
        # from         event             to
        ("announced", "notice_ended"): "in_force",
        ("announced", "withdrawn"): "withdrawn",
        ("in_force", "superseded"): "superseded",
        ("in_force", "withdrawn"): "withdrawn",
    },
    final=frozenset({"superseded", "withdrawn"}),
)
