"""Listings (标的与还款计划): held, lent and repaid tie to holds, register and plan; no row is paid above what is due.

Reads   listing, hold, plan_row, against the claim register
Source  invariants 20, 21, 22 and 46; domain-decisions.md 14, 17, 18
"""

from collections.abc import Iterator

from cunguan.prove.books import Loan
from cunguan.prove.claim import Claim
from cunguan.prove.findings import Finding
from cunguan.prove.reading import Page, PageOf

_LISTINGS = PageOf(
    "listing",
    """amount_minor, held_minor, lent_minor, repaid_minor, interest_minor, late_minor, state, seq,
    (SELECT coalesce(sum(h.amount_minor - h.captured_minor - h.released_minor), 0)::int8 FROM hold h
     WHERE h.lane = listing.lane AND h.listing = listing.id AND h.purpose IN ('bid', 'marketing_bid')),
    (SELECT ARRAY[count(*), coalesce(sum(p.principal_minor), 0), coalesce(sum(p.paid_principal_minor), 0),
                  coalesce(sum(p.paid_interest_minor), 0), coalesce(sum(p.paid_late_minor), 0),
                  coalesce(sum(p.interest_minor), 0)]::int8[]
     FROM plan_row p WHERE p.lane = listing.lane AND p.listing = listing.id AND p.state <> 'replaced')""",
    rows=200,  # each with its holds and plan rows
)
_PLAN_ROWS = PageOf(
    "plan_row", "principal_minor, interest_minor, paid_principal_minor, paid_interest_minor, paid_late_minor, state"
)
_NO_LOAN = Loan()


class Listings(Claim):
    """One loan's figures agree."""

    name = "listings"
    says = "held, lent and repaid of each listing tie to its holds, claims and plan; paid <= due in each plan row"
    pages = (_LISTINGS, _PLAN_ROWS)

    def compare(self, page: Page) -> Iterator[Finding]:
        """Compare listings, then plan rows."""
        self.checked += len(page.rows)
        return self._listings(page) if page.name == "listing" else self._plan_rows(page)

    def _listings(self, page: Page) -> Iterator[Finding]:
        for name, amount, held, lent, repaid, interest, late, state, seq, held_by_rows, plan in page.rows:
            loan = self.books.loans.get(name, _NO_LOAN)
            count, due, paid, paid_interest, paid_late, due_interest = plan
            ties = [
                ("held is not the sum of its open holds", held_by_rows, held),
                ("lent is not what its claims began with", loan.lent, lent),
                ("repaid is not what its claims were paid", loan.repaid, repaid),
                ("interest is not what its claims were paid", loan.interest, interest),
                ("late charge is not what its claims were paid", loan.late, late),
            ]
            if count:
                ties += [
                    ("the plan is for another sum than was lent", lent, due),
                    ("the plan was paid another principal", repaid, paid),
                    ("the plan was paid another interest", interest, paid_interest),
                    ("the plan was paid another late charge", late, paid_late),
                ]
            if state == "repaid":
                ties.append(("it is repaid, and principal is due", lent, repaid))
                ties.append(("it is repaid, and interest is due", due_interest, paid_interest))
            if state in ("failed", "disbursed", "repaid"):
                ties.append((f"it is {state}, and money is held", 0, held))
            for what, expected, found in ties:
                if expected != found:
                    yield self.finding(seq, f"listing {name}", what, expected, found)
            if held + lent > amount or not 0 <= repaid <= lent:
                yield self.finding(
                    seq,
                    f"listing {name}",
                    "held + lent <= amount and repaid <= lent do not hold",
                    amount,
                    (held, lent, repaid),
                )
            if state == "failed" and lent:
                yield self.finding(seq, f"listing {name}", "it failed, and money was lent", 0, lent)

    def _plan_rows(self, page: Page) -> Iterator[Finding]:
        for name, principal, interest, paid_principal, paid_interest, paid_late, state in page.rows:
            if not (0 <= paid_principal <= principal and 0 <= paid_interest <= interest and paid_late >= 0):
                yield self.finding(
                    None,
                    f"plan_row {name}",
                    "more was paid than is due",
                    (principal, interest),
                    (paid_principal, paid_interest, paid_late),
                )
            expected = "partly_paid"
            if not (paid_principal or paid_interest or paid_late):
                expected = "planned"  # also a recorded row in which nothing falls due
            elif (paid_principal, paid_interest) == (principal, interest):
                expected = "paid"
            if state not in (expected, "replaced"):
                yield self.finding(None, f"plan_row {name}", "its state does not fit what was paid", expected, state)
