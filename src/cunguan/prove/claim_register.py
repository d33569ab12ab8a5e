"""Claim register (债权登记簿 9010): claims are the sum of their moves, and moves are the money of the same journal.

Reads   claim_move, claim, guarantee, claim_sale, run, posting, listing
        lent         Dr 2020 lender (and the red packet beside it) / Cr 2010 borrower  = principal of the lender's claim
        repaid       Dr 2020 borrower / Cr 2010 creditor                     = principal + interest + late charge
        compensated  Dr 2010 or 2020 guarantor / Cr 2010 creditor            = the same, and what the guarantor gains
        paid back    Dr 2010 borrower / Cr 2010 guarantor                    = principal and recourse of his claim
        inherited    a dead creditor's claims lose what his heir's gain, listing by listing
        sold         Dr 2020 buyer / Cr 2010 seller, at the sale's floor at least; the share changes hands
        In one journal each lender's principal is his part of it, off by less than one unit
Source  invariants 21, 23 and 26; domain-decisions.md 14, 18, 19, 20, 21
"""

from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from cunguan.prove.books import Books, Held, Loan
from cunguan.prove.claim import Claim
from cunguan.prove.findings import Finding
from cunguan.prove.reading import Chunk, Page, PageOf

#: states of a claim that may still ask for principal
ASKS = frozenset({"active", "on_sale"})


_KIND_OF_RUN = "SELECT kind FROM run WHERE lane = %s AND id = ANY(%s)"
_GUARANTORS = "SELECT guarantor FROM guarantee WHERE lane = %s AND listing = ANY(%s)"
_SALE = "SELECT claim, seller, share_minor, floor_minor, accrued FROM claim_sale WHERE lane = %s AND id = ANY(%s)"


class Line(msgspec.Struct, frozen=True, gc=False):
    """One line of the register."""

    seq: int
    line: int
    principal: int
    interest: int
    late: int
    claim: str
    listing: str
    holder: str
    recourse_interest: int
    recourse_late: int


Sums = dict[str, int]

NO_LOAN = Loan()

#: what a line of the register says that its holder gave or got, by the kind of instruction
_LINES: dict[str, Callable[[Line], int]] = {
    "disbursement":        lambda line: max(line.principal, 0),
    "repayment":           lambda line: line.interest + line.late - line.principal,
    "compensation":        lambda line: line.interest + line.late + max(-line.principal, 0),
    "guarantor_repayment": lambda line: -(line.principal + line.recourse_interest + line.recourse_late),
    "claim_purchase":      lambda line: 0,
    "succession_transfer": lambda line: 0,
}  # fmt: skip

#: which of the payer's accounts pay for it
_FROM = {
    "repayment":           ("2020",),
    "compensation":        ("2010", "2020"),
    "guarantor_repayment": ("2010",),
    "claim_purchase":      ("2020",),
}  # fmt: skip


class ClaimRegister(Claim):
    """Who is owed what."""

    name = "claim register"
    says = (
        "each claim is the sum of its moves, never negative; moves are the money that was lent, paid back, or paid for"
    )
    pages = (
        PageOf(
            "claim",
            "listing, holder, principal_minor, interest_minor, late_minor, recourse_interest_minor, recourse_late_minor, "
            "seq, state, rank",
        ),
    )

    def __init__(self, books: Books) -> None:
        super().__init__(books)
        self._begun = 0
        self._kinds: dict[str, str] = {}
        self._behind: set[str] = set()

    def read(self, chunk: Chunk) -> Iterator[Finding]:
        """Add the moves up, and compare each journal's with its money."""
        self.checked += len(chunk.claim_moves)
        moved: dict[int, list[Line]] = {}
        for row in chunk.claim_moves:
            moved.setdefault(row[0], []).append(Line(*row))
        borrowers = self.books.borrowers(row[6] for row in chunk.claim_moves)
        for seq, lines in moved.items():
            what = self._what(chunk, seq)
            if what in ("repayment", "compensation"):
                yield from self._shared(seq, chunk.kind_of(seq) == "run_step", lines)
            if what == "succession_transfer":
                self._learn_heirs(lines)
            yield from self._add(what, lines)
            yield from self._money(chunk, seq, what, lines, {borrowers.get(line.listing, "") for line in lines})
        yield from self._unregistered(chunk, moved)

    def _what(self, chunk: Chunk, seq: int) -> str:
        """Return the kind of instruction whose money it is; of a step, the run's."""
        kind = chunk.kind_of(seq)
        if kind != "run_step":
            return kind
        run = str(chunk.body_of(seq).get("run", ""))
        if run not in self._kinds:
            rows = self.books.ask(_KIND_OF_RUN, [run])
            self._kinds[run] = str(rows[0][0]) if rows else ""
        return self._kinds[run]

    def _learn_heirs(self, lines: list[Line]) -> None:
        """Note which of the heir's claims were a guarantor's: the first half of the lines loses, the second gains."""
        half = len(lines) // 2
        for lost, gained in zip(lines[:half], lines[half:], strict=True):
            before = self.books.claims.get(lost.claim)
            if before is not None and before.behind:
                self._behind.add(gained.claim)

    # ── the sums of the register ─────────────────────────────────────────────
    def _add(self, what: str, lines: list[Line]) -> Iterator[Finding]:
        net: Sums = {}
        claims, loans = self.books.claims, self.books.loans
        for line in lines:
            claim, loan = claims.get(line.claim), loans.get(line.listing)
            if claim is None or loan is None:
                claim, loan = self._claim(what, line), loans[line.listing]
            claim.principal += line.principal
            claim.interest += line.interest
            claim.late += line.late
            claim.recourse_interest += line.recourse_interest
            claim.recourse_late += line.recourse_late
            loan.interest += line.interest - line.recourse_interest
            loan.late += line.late - line.recourse_late
            loan.holders.add(line.holder)
            net[line.listing] = net.get(line.listing, 0) + line.principal
            if (
                claim.behind or claim.principal < 0 or line.interest < 0 or line.late < 0 or claim.recourse_interest < 0
                or claim.recourse_late < 0 or claim.holder != line.holder or claim.listing != line.listing
            ):  # fmt: skip
                yield from self._is_sound(claim, line)
        for listing, principal in net.items():
            self.books.loans[listing].lent += max(principal, 0)
            self.books.loans[listing].repaid += max(-principal, 0)

    def _claim(self, what: str, line: Line) -> Held:
        loan = self.books.loans.get(line.listing)
        if loan is None:
            loan = self.books.loans[line.listing] = Loan()
        claim = self.books.claims.get(line.claim)
        if claim is None:
            claim = self.books.claims[line.claim] = Held(
                line.listing, line.holder, line.seq, what == "compensation" or line.claim in self._behind
            )
            loan.claims[line.claim] = claim
        return claim

    def _is_sound(self, claim: Held, line: Line) -> Iterator[Finding]:
        row = f"claim_move {line.seq}/{line.line}"
        least = min(claim.principal, claim.recourse_interest, claim.recourse_late, line.interest, line.late)
        if least < 0:
            yield self.finding(line.seq, row, f"claim {line.claim} goes below zero", ">= 0", least)
        if (claim.listing, claim.holder) != (line.listing, line.holder):
            what = f"claim {line.claim} changes hands or listing"
            yield self.finding(line.seq, row, what, (claim.listing, claim.holder), (line.listing, line.holder))
        if claim.behind and (line.interest or line.late):
            what = f"claim {line.claim} is a guarantor's, and is paid interest like a lender's"
            yield self.finding(line.seq, row, what, 0, line.interest + line.late)

    def _shared(self, seq: int, is_step: bool, lines: list[Line]) -> Iterator[Finding]:
        """Find lenders who are paid another principal than their part; the steps of a run are parts of one sharing."""
        loan = self.books.loans.get(lines[0].listing, NO_LOAN)
        paid = {line.claim: -line.principal for line in lines if line.principal < 0}
        if not paid:
            return  # interest alone: nobody is paid any principal
        total = sum(paid.values())
        lenders = {name: claim.principal for name, claim in loan.claims.items() if not claim.behind}
        asked = sum(lenders.values())
        for name in sorted(paid.keys() | (set() if is_step else lenders.keys())):
            part, claim = paid.get(name, 0), lenders.get(name)
            if claim is None:
                yield self.finding(seq, f"claim_move {seq}", f"claim {name} is paid before the lenders", 0, part)
            elif not is_step and abs(part * asked - total * claim) >= max(asked, 1):
                what = f"claim {name} is paid another principal than its part"
                yield self.finding(seq, f"claim_move {seq}", what, f"{total} x {claim} / {asked}", part)

    # ── the journal's money ──────────────────────────────────────────────────
    def _money(self, chunk: Chunk, seq: int, what: str, lines: list[Line], borrowers: set[str]) -> Iterator[Finding]:
        lines_of = _LINES.get(what)
        if lines_of is None:
            yield self.finding(seq, f"claim_move {seq}", "nothing that moves claims", " ".join(_LINES), what)
            return
        if what == "succession_transfer":
            yield from self._inherited(chunk, seq, lines)
            return
        if what == "disbursement":
            posted = self._lent(chunk, seq, borrowers)
        else:
            payers = borrowers
            if what in ("compensation", "claim_purchase"):
                payers = {line.holder for line in lines if line.principal > 0 or line.recourse_interest > 0
                          or line.recourse_late > 0}  # fmt: skip
            posted = self._paid(chunk, seq, payers, _FROM[what])
        if what == "compensation":
            yield from self._gained(seq, lines)
        if what == "claim_purchase":
            yield from self._sold(chunk, seq, lines, posted)
            return
        written: Sums = {}
        for line in lines:
            amount = lines_of(line)
            if amount:
                written[line.holder] = written.get(line.holder, 0) + amount
        for holder in sorted(posted.keys() | written.keys()):
            if posted.get(holder, 0) != written.get(holder, 0):
                yield self.finding(
                    seq, f"claim_move {seq}", f"the register says another sum for {holder} than was posted: {what}",
                    posted.get(holder, 0), written.get(holder, 0),
                )  # fmt: skip

    def _lent(self, chunk: Chunk, seq: int, borrowers: set[str]) -> Sums:
        """Return what lenders paid to the borrower in a journal, with the red packets beside their bids."""
        accounts = self.books.accounts
        by_bid: dict[int, int] = {}
        lender_of: dict[int, str] = {}
        for _, _, debit, credit, amount, _, _, _, opened in chunk.posted.get(seq, ()):
            giver, taker = accounts.get(debit), accounts.get(credit)
            if giver is None or taker is None or giver.code not in ("2020", "2125"):
                continue
            if taker.code == "2010" and taker.owner in borrowers:
                by_bid[opened] = by_bid.get(opened, 0) + amount
                if giver.code == "2020":
                    lender_of[opened] = giver.owner
        lent: Sums = {}
        for opened, amount in by_bid.items():  # a red packet was opened by the bid beside which it stands
            lender = lender_of.get(opened, "nobody")
            lent[lender] = lent.get(lender, 0) + amount
        return lent

    def _paid(self, chunk: Chunk, seq: int, payers: set[str], codes: tuple[str, ...]) -> Sums:
        """Return what the payers paid to other clients in a journal, from their accounts of some codes."""
        code, owners = self.books.codes.get, self.books.owners
        paid: Sums = {}
        for row in chunk.posted.get(seq, ()):
            if code(row[3]) != "2010" or code(row[2]) not in codes:
                continue
            giver, taker = owners[row[2]], owners[row[3]]
            if giver in payers and taker != giver:
                paid[taker] = paid.get(taker, 0) + row[4]
        return paid

    def _gained(self, seq: int, lines: list[Line]) -> Iterator[Finding]:
        """Find a compensation whose payer gains another sum than he paid, or who guaranteed nothing (invariant 26)."""
        claims = self.books.claims
        gains = [line for line in lines if claims[line.claim].behind]
        losses = [line for line in lines if not claims[line.claim].behind]
        for name, gained, lost in (
            ("principal", sum(line.principal for line in gains), -sum(line.principal for line in losses)),
            ("interest", sum(line.recourse_interest for line in gains), sum(line.interest for line in losses)),
            ("late charge", sum(line.recourse_late for line in gains), sum(line.late for line in losses)),
        ):
            if gained != lost:
                what = f"the guarantor gains another {name} than he paid"
                yield self.finding(seq, f"claim_move {seq}", what, lost, gained)
        known = {row[0] for row in self.books.ask(_GUARANTORS, [line.listing for line in lines])}
        for holder in sorted({line.holder for line in gains} - known):
            yield self.finding(seq, f"claim_move {seq}", "he who compensates guaranteed nothing", "a guarantee", holder)

    def _sold(self, chunk: Chunk, seq: int, lines: list[Line], posted: Sums) -> Iterator[Finding]:
        """Compare a purchase with its sale: whose claim, how much of it, at what price."""
        body = chunk.body_of(seq)
        rows = self.books.ask(_SALE, [body.get("sale", "")])
        given = {line.claim: (line.holder, -line.principal) for line in lines if line.principal < 0}
        taken = [(line.holder, line.principal) for line in lines if line.principal > 0]
        share, price = body.get("share_minor", 0), body.get("price_minor", 0)
        if not rows:
            yield self.finding(seq, f"claim_move {seq}", "a claim is bought that nobody offered", body.get("sale"))
            return
        claim, seller, of_share, floor, accrued = rows[0]
        for what, expected, found in (
            ("another claim or share is sold than was offered", {claim: (seller, share)}, given),
            ("another share is bought than was asked", [(body.get("buyer"), share)], taken),
            ("the seller is paid another price", {seller: price}, posted),
        ):
            if expected != found:
                yield self.finding(seq, f"claim_move {seq}", what, expected, found)
        compared = price - (body.get("accrued_minor", 0) if accrued == "added" else 0)
        if compared * of_share < floor * share:
            yield self.finding(seq, f"claim_move {seq}", "the price is below the seller's floor", floor, compared)

    def _inherited(self, chunk: Chunk, seq: int, lines: list[Line]) -> Iterator[Finding]:
        """Compare what an heir gains of each listing with what the dead creditor's claims lose; nothing is received."""
        body = chunk.body_of(seq)
        for place, name in enumerate(("principal", "interest for a guarantor", "late charge for a guarantor")):
            lost: Sums = {}
            gained: Sums = {}
            for line in lines:
                amount = (line.principal, line.recourse_interest, line.recourse_late)[place]
                is_heir = line.holder == body.get("heir")
                side = gained if is_heir else lost
                side[line.listing] = side.get(line.listing, 0) + (amount if is_heir else -amount)
            if lost != gained:
                what = f"the heir gains another {name} than is lost"
                yield self.finding(seq, f"claim_move {seq}", what, lost, gained)
        others = sorted({line.holder for line in lines} - {body.get("holder"), body.get("heir")})
        received = sum(line.interest + line.late for line in lines)
        if others or received:
            what = "a succession moves another's claim, or pays one"
            yield self.finding(seq, f"claim_move {seq}", what, "none", others or received)

    def _unregistered(self, chunk: Chunk, moved: dict[int, Any]) -> Iterator[Finding]:
        """Find held money that went to another client in a journal without a move of the register."""
        held = self.books.having("2020", "2125")
        available = self.books.having("2010")
        owners = self.books.owners
        silent = [row for row in chunk.postings if row[2] in held and row[0] not in moved and row[3] in available]
        for seq, line, debit, credit, amount, *_ in silent:
            if owners[debit] != owners[credit]:
                yield self.finding(
                    seq,
                    f"posting {seq}/{line}",
                    "held money goes to another client, and the register says nothing",
                    amount,
                    0,
                )

    # ── rows that change ─────────────────────────────────────────────────────
    def compare(self, page: Page) -> Iterator[Finding]:
        """Compare each claim with the sum of its moves."""
        self._begun = self._begun or page.head
        for name, listing, holder, principal, interest, late, for_interest, for_late, seq, state, rank in page.rows:
            claim = self.books.claims.get(name)
            if claim is None:
                yield self.finding(seq, f"claim {name}", "no move of the register made it", 0, principal)
                continue
            claim.is_named = True
            expected = (
                claim.listing, claim.holder, claim.principal, claim.interest, claim.late, claim.recourse_interest,
                claim.recourse_late, claim.seq, 2 if claim.behind else 1,
            )  # fmt: skip
            found = (listing, holder, principal, interest, late, for_interest, for_late, seq, rank)
            if found != expected:
                yield self.finding(claim.seq, f"claim {name}", "it is not the sum of its moves", expected, found)
            asks = principal + for_interest + for_late
            if (state in ASKS) is not (asks > 0):
                yield self.finding(
                    claim.seq, f"claim {name}", f"it is {state} with this outstanding",
                    "0" if state not in ASKS else "> 0", asks,
                )  # fmt: skip

    def end(self) -> Iterator[Finding]:
        """Find claims the register made and no row holds."""
        for name, claim in self.books.claims.items():
            if not claim.is_named and claim.seq <= self._begun:
                yield self.finding(claim.seq, f"claim {name}", "its row is gone", claim.principal, "no row")
