"""Plan row states (还款计划): one row of a loan's plan. Overdue and compensated are derived, not states.

>>> PLAN_ROW.after("planned", "paid_in_part")
'partly_paid'
>>> PLAN_ROW.after("partly_paid", "paid_in_full")
'paid'
"""

from cunguan.kernel.machine import Machine

PLAN_ROW = Machine(
    name="plan_row",
    initial="planned",
    moves={
        # from           event                 to
        ("planned", "paid_in_part"): "partly_paid",
        ("planned", "paid_in_full"): "paid",
        ("planned", "replaced"): "replaced",  # repaid early: a new row takes its place
        ("partly_paid", "paid_in_part"): "partly_paid",
        ("partly_paid", "paid_in_full"): "paid",
        ("partly_paid", "reversed_in_part"): "partly_paid",
        ("partly_paid", "reversed_in_full"): "planned",
        ("paid", "reversed_in_part"): "partly_paid",
        ("paid", "reversed_in_full"): "planned",
    },
    final=frozenset({"replaced"}),
)
