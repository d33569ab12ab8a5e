"""Exits (出金口): money leaves the pool by the ways there are, and by no other.

Reads   posting (every credit of 1010), instruction
Source  invariant 8; domain-decisions.md 4, 5, 26
"""

from collections.abc import Iterator

from cunguan.prove.claim import Claim
from cunguan.prove.findings import Finding
from cunguan.prove.reading import Chunk

#: what is debited when 1010 is credited -> what that is
EXITS = {
    "2010": "a wrong credit, taken back by two people",
    "2030": "a withdrawal, or a legal debit, that the bank paid",
    "2155": "fees and unused money of the platform's, a partner's share, the firm's own money going back",
    "2210": "a return to the source",
    "2220": "a return to the source",
    "2230": "a return to the source",
    "2240": "interest of the pool, shared or returned",
    "1030": "a loss or a bank charge, which the firm makes good",
    "1040": "a charge-back after use",
    "2310": "unclaimed money, handed to the authority",
}  # fmt: skip

#: exits that only the bank's word opens
ON_ITS_WORD = frozenset({"2030", "2155", "2210", "2220", "2230"})

#: kinds that take a wrong credit back; claim authority says under whose names
MIRRORS = frozenset({"adjustment", "charge_back"})

#: ids under which the bank's word comes: its answer, or a line of its statement
BANK_SAYS = ("bank:", "statement:")


class Exits(Claim):
    """Nobody is paid from the pool without a reason of the list."""

    name = "exits"
    says = "money leaves 1010 only by an exit of the list, a withdrawal or payout only on the bank's word"

    def read(self, chunk: Chunk) -> Iterator[Finding]:
        """Look at every credit of a bank account."""
        banks = self.books.having("1010")
        for seq, line, debit, *_ in [row for row in chunk.postings if row[3] in banks]:
            self.checked += 1
            giver = self.books.accounts.get(debit)
            code = "an unknown account" if giver is None else giver.code
            if code not in EXITS:
                yield self.finding(
                    seq, f"posting {seq}/{line}", "money leaves the pool by no exit of the list", " ".join(EXITS), code
                )
            elif code == "2010" and chunk.kind_of(seq) not in MIRRORS:
                yield self.finding(
                    seq, f"posting {seq}/{line}", "a client's available money leaves the pool at once",
                    " ".join(sorted(MIRRORS)), chunk.kind_of(seq),
                )  # fmt: skip
            elif code in ON_ITS_WORD and not chunk.id_of(seq).startswith(BANK_SAYS):
                yield self.finding(
                    seq,
                    f"posting {seq}/{line}",
                    "a payment is made without the bank's word",
                    "bank:…",
                    chunk.id_of(seq),
                )
