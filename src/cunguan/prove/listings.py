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
                  coalesce(sum(p.interest_minor), 0), coalesce(sum(p.compensated_principal_minor), 0),
                  coalesce(sum(p.compensated_interest_minor), 0), coalesce(sum(p.compensated_late_minor), 0)]::int8[]
     FROM plan_row p WHERE p.lane = listing.lane AND p.listing = listing.id AND p.state <> 'replaced'),
    (SELECT ARRAY[coalesce(sum(c.weight_minor), 0), coalesce(sum(c.carried_interest_minor), 0),
                  coalesce(sum(c.carried_late_minor), 0), coalesce(sum(c.principal_minor) FILTER (WHERE c.rank = 2), 0),
                  coalesce(sum(c.recourse_interest_minor), 0), coalesce(sum(c.recourse_late_minor), 0)]::int8[]
     FROM claim c WHERE c.lane = listing.lane AND c.listing = listing.id),
    (SELECT count(*) FROM claim c JOIN holder_account h ON h.lane = c.lane AND h.id = c.holder
     WHERE c.lane = listing.lane AND c.listing = listing.id
       AND (h.person = (SELECT b.person FROM holder_account b WHERE b.lane = listing.lane AND b.id = listing.borrower)
            OR (c.rank = 1 AND h.person IN (SELECT g.person FROM guarantee g
                                                     WHERE g.lane = listing.lane AND g.listing = listing.id))))""",
    rows=200,  # each with its holds, plan rows and claims
)
_PLAN_ROWS = PageOf(
    "plan_row",
    "principal_minor, interest_minor, paid_principal_minor, paid_interest_minor, paid_late_minor, "
    "compensated_principal_minor, compensated_interest_minor, compensated_late_minor, state",
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
        for (
            name,
            amount,
            held,
            lent,
            repaid,
            interest,
            late,
            state,
            seq,
            held_by_rows,
            plan,
            of_claims,
            same,
        ) in page.rows:
            loan = self.books.loans.get(name, _NO_LOAN)
            count, due, paid, paid_interest, paid_late, due_interest, *compensated = plan
            weight, carried, carried_late, *recourse = of_claims
            ties = [
                ("held is not the sum of its open holds", held_by_rows, held),
                ("lent is not what its claims began with", loan.lent, lent),
                ("repaid is not what its claims were paid", loan.repaid, repaid),
                ("interest is not what its claims were paid", loan.interest, interest),
                ("late charge is not what its claims were paid", loan.late, late),
                ("its claims weigh another sum than was lent", lent, weight),
                ("what claims carry from hand to hand is not nothing in all", (0, 0), (carried, carried_late)),
                ("what guarantors may ask is not what was compensated on the plan", compensated, recourse),
                ("somebody is creditor and borrower, or lender and guarantor, of one loan", 0, same),
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
        for name, principal, interest, paid_principal, paid_interest, paid_late, *compensated, state in page.rows:
            for_principal, for_interest, for_late = compensated
            if not (
                0 <= paid_principal <= principal - for_principal
                and 0 <= paid_interest <= interest - for_interest
                and min(paid_late, *compensated) >= 0
            ):
                yield self.finding(
                    None,
                    f"plan_row {name}",
                    "more was paid than is due",
                    (principal, interest),
                    (paid_principal, paid_interest, paid_late, *compensated),
                )
            expected = "partly_paid"
            if not (paid_principal or paid_interest or paid_late):
                expected = "planned"  # also a recorded row in which nothing falls due
            elif (paid_principal, paid_interest, for_late) == (principal, interest, 0):
                expected = "paid"
            if state not in (expected, "replaced"):
                yield self.finding(None, f"plan_row {name}", "its state does not fit what was paid", expected, state)
