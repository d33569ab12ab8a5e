"""Trustee payee states (受托支付): a third payee of the loan, named by the borrower before disbursement.

>>> TRUSTEE_PAYEE.after("pending_review", "reviewed")
'active'
"""

from cunguan.kernel.machine import Machine

TRUSTEE_PAYEE = Machine(
    name="trustee_payee",
    initial="pending_review",
    moves={
        # from              event               to
        ("pending_review", "reviewed"): "active",
        ("pending_review", "review_refused"): "refused",
        ("pending_review", "revoked"): "revoked",
        ("active", "revoked"): "revoked",
        ("active", "paid"): "paid",
    },
    final=frozenset({"refused", "revoked", "paid"}),
)
