"""Instruction states (指令): what became of one instruction. It never waits; whatever waits is its subject.

`quarantined` is our own mistake, not the caller's: stored with its sequence and without a posting, until a person
has it decided again or refuses it.

>>> INSTRUCTION.after("quarantined", "redriven")
'done'
>>> INSTRUCTION.after("refused", "redriven")
Traceback (most recent call last):
...
cunguan.kernel.machine.MoveForbidden: instruction: refused does not take redriven
"""

from cunguan.kernel.machine import Machine

INSTRUCTION = Machine(
    name="instruction",
    initial="done",
    begins=frozenset({"refused", "quarantined"}),
    moves={
        # from           event         to
        ("quarantined", "redriven"): "done",
        ("quarantined", "refused"): "refused",
    },
    final=frozenset({"done", "refused"}),
)
