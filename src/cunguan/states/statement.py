"""Statement states (银行对账单): one statement of one bank account, from its bytes to the signature under the day.

>>> STATEMENT.after("read", "breaks_found")
'with_breaks'
>>> STATEMENT.after("with_breaks", "signed_off")
Traceback (most recent call last):
...
cunguan.kernel.machine.MoveForbidden: statement: with_breaks does not take signed_off
"""

from cunguan.kernel.machine import Machine

STATEMENT = Machine(
    name="statement",
    initial="received",
    moves={
        # from           event                 to
        ("received", "parsed"): "read",
        ("received", "parse_failed"): "unreadable",
        ("unreadable", "parsed"): "read",  # the bytes were kept; a better reader read them
        ("unreadable", "replaced"): "replaced",
        ("read", "all_matched"): "matched",
        ("read", "breaks_found"): "with_breaks",
        ("read", "replaced"): "replaced",
        ("with_breaks", "breaks_closed"): "matched",
        ("with_breaks", "breaks_explained"): "explained",  # timing items, each with its evidence
        ("with_breaks", "replaced"): "replaced",
        ("explained", "breaks_closed"): "matched",
        ("explained", "signed_off"): "signed_off",
        ("matched", "signed_off"): "signed_off",
        ("signed_off", "replaced"): "replaced",  # the bank corrected its own statement
    },
    final=frozenset({"replaced"}),
)
