"""Card states (绑卡): a bank account or debit card in the client's own name, where withdrawals go.

The cooling after a binding is a date, not a state.

>>> CARD.after("active", "unbound")
'unbound'
>>> CARD.after("unbound", "unbound")
Traceback (most recent call last):
...
cunguan.kernel.machine.MoveForbidden: card: unbound does not take unbound
"""

from cunguan.kernel.machine import Machine

CARD = Machine(
    name="card",
    initial="active",
    begins=frozenset({"pending_review"}),  # a card changed while money was there
    moves={
        # from              event               to
        ("pending_review", "reviewed"): "active",
        ("pending_review", "review_refused"): "refused",
        ("active", "unbound"): "unbound",
        ("active", "bank_refused"): "invalid",  # closed or lost, says the bank
        ("invalid", "check_passed"): "active",
        ("invalid", "unbound"): "unbound",
    },
    final=frozenset({"refused", "unbound"}),
)
