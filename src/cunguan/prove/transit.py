"""Transit (在途): money on its way to the bank stands in 2030 or 2155, money not settled yet in 2015, row by row.

Reads   posting, withdrawal, payout, deposit, bank_account, clearing, authority; epoch, payment_release: what was there
        before a restore leaves again only when two people have released it since
Source  domain-decisions.md 2, 5, 8, 26; invariants 17 and 27; design/lanes.md 20
"""

from collections.abc import Iterator

from cunguan.prove.books import Books, Bucket
from cunguan.prove.buckets import flow
from cunguan.prove.claim import Claim
from cunguan.prove.findings import Finding
from cunguan.prove.reading import Chunk, Page, PageOf

_CODES = ("2030", "2155", "2015")
_WITHDRAWALS = PageOf("withdrawal", "holder, amount_minor, seq, state, authority, bank_account")
_PAYOUTS = PageOf("payout", "account, came_from, amount_minor, seq, state, authority, bank_account, kind, payee_hash")
_DEPOSITS = PageOf("deposit", "holder, amount_minor, seq, state, clearing")
_RELEASES = PageOf("payment_release", "message, epoch, seq")

#: kinds of instruction after which bytes leave for a bank -> the field of the body that names the payment
_LETS_LEAVE = {"withdrawal_sent": "withdrawal", "payout_sent": "payout"}

#: state of a withdrawal or payout -> what of it is left, paid by the bank, given back: 1 all of it, 0 nothing
_WITHDRAWN = {
    "unconfirmed": (1, 0, 0),
    "challenged":  (1, 0, 0),
    "held":        (1, 0, 0),
    "sent":        (1, 0, 0),
    "in_doubt":    (1, 0, 0),
    "settled":     (0, 1, 0),
    "returned":    (0, 1, 0),  # what the bank returns comes back by 2220
    "recredited":  (0, 1, 0),
    "cancelled":   (0, 0, 1),
    "intercepted": (0, 0, 1),
    "rejected":    (0, 0, 1),
}  # fmt: skip

#: state of a deposit -> what of it is left in 2015, un-credited, cleared; a direct one was never there
_DEPOSITED = {
    "uncleared":    (1, 0, 0),
    "failed":       (0, 1, 0),
    "cleared":      (0, 0, 1),
    "charged_back": (0, 0, 1),
    "corrected":    (0, 0, 1),
}  # fmt: skip


class Transit(Claim):
    """What has left, and what has not come yet."""

    name = "transit"
    says = "open withdrawals and payouts sum to 2030 and 2155, uncleared deposits to 2015, each as its state says"
    pages = (_RELEASES, _WITHDRAWALS, _PAYOUTS, _DEPOSITS)

    def __init__(self, books: Books) -> None:
        super().__init__(books)
        self._begun: dict[str, int] = {}
        self._epochs = self._restores()
        self._asked: dict[int, tuple[str, bool]] = {}  # sequence of a release -> its payment, and whether two answer
        self._released: dict[str, list[tuple[int, int]]] = {}  # payment -> epoch and sequence of its releases
        self._left: dict[str, int] = {}  # payment -> when it left, after a restore

    def read(self, chunk: Chunk) -> Iterator[Finding]:
        """Follow what is outbound and uncleared."""
        for seq, line, what, expected, found in flow(self.books, chunk, _CODES):
            yield self.finding(seq, f"posting {seq}/{line}", what, expected, found)
        if not self._epochs:
            return
        for seq, _, _, _, kind, state, *_ in chunk.instructions:
            if state != "done":
                continue
            if kind == "payment_release":
                body = chunk.body_of(seq)
                names = {str(body.get(name, "")).strip() for name in ("maker", "checker")} - {""}
                self._asked[seq] = (str(body.get("payment")), len(names) == 2)
            elif kind in _LETS_LEAVE:
                self._left[str(chunk.body_of(seq).get(_LETS_LEAVE[kind]))] = seq

    def _restores(self) -> list[tuple[int, int]]:
        """Return each restore that was declared: its epoch, and up to which sequence of this lane it holds payments."""
        rows = self.books.reader.ask("SELECT epoch, heads FROM epoch WHERE epoch > 1 ORDER BY epoch")
        lane = str(self.books.lane)
        return [(epoch, int(heads[lane])) for epoch, heads in rows if lane in heads]

    def compare(self, page: Page) -> Iterator[Finding]:
        """Compare rows with what the postings did to their buckets."""
        self._begun.setdefault(page.name, page.head)
        self.checked += len(page.rows)
        if page.name == "payment_release":
            return self._releases(page)
        if page.name == "payout":
            return self._payouts(page)
        return self._withdrawals(page) if page.name == "withdrawal" else self._deposits(page)

    def _releases(self, page: Page) -> Iterator[Finding]:
        for name, message, epoch, seq in page.rows:
            if self._asked.get(seq) != (message, True):
                yield self.finding(
                    seq, f"payment_release {name}", "two people did not release it", message, self._asked.get(seq)
                )
            self._released.setdefault(message, []).append((epoch, seq))

    def _held_back(self, row: str, name: str, seq: int) -> Iterator[Finding]:
        """Find a payment of before a restore that left after it, and nobody had released it."""
        left = self._left.get(name, 0)
        for epoch, upto in reversed(self._epochs):
            if upto < left:
                if seq <= upto and not any(of == epoch and at < left for of, at in self._released.get(name, ())):
                    yield self.finding(
                        left, row, f"it left again after the restore of epoch {epoch}, released by nobody"
                    )
                return

    def _withdrawals(self, page: Page) -> Iterator[Finding]:
        banks = self._numbers("bank_account", page, 6)
        for name, holder, amount, seq, state, authority, bank in page.rows:
            yield from self._held_back(f"withdrawal {name}", name, seq)
            bucket = self._bucket("2030", holder, seq)
            if bucket is None:
                yield self.finding(seq, f"withdrawal {name}", "no posting set its money aside", amount, 0)
                continue
            yield from self._compared(f"withdrawal {name}", bucket, amount, seq, state, _WITHDRAWN.get(state))
            if bucket.authority != authority:
                yield self.finding(
                    seq, f"withdrawal {name}", "another authority stands in its posting", bucket.authority, authority
                )
            yield from self._left_by(f"withdrawal {name}", bucket, bank, banks)

    def _payouts(self, page: Page) -> Iterator[Finding]:
        banks = self._numbers("bank_account", page, 7)
        allowed = {
            row[0]: row[1:]
            for row in self.books.ask(
                "SELECT seq, amount_minor, payee FROM authority WHERE lane = %s AND seq = ANY(%s)",
                list({row[6] for row in page.rows}),
            )
        }
        for name, account, came_from, amount, seq, state, authority, bank, kind, payee_hash in page.rows:
            row = f"payout {name}"
            yield from self._held_back(row, name, seq)
            if allowed.get(authority) != (amount, payee_hash):
                yield self.finding(
                    seq, row, "nobody answered for this amount to this payee", allowed.get(authority, "an authority"),
                    (amount, payee_hash),
                )  # fmt: skip
            if not came_from:
                continue  # it never left its account: claim suspense
            bucket = self.books.buckets.get((account, seq))
            if bucket is None:
                yield self.finding(seq, row, "no posting set its money aside", amount, 0)
                continue
            yield from self._compared(row, bucket, amount, seq, state, _WITHDRAWN.get(state))
            if (bucket.against, bucket.authority) != (came_from, authority):
                yield self.finding(
                    seq, row, f"the money of this {kind} came from elsewhere, or by another authority",
                    (self.books.name(bucket.against), bucket.authority), (self.books.name(came_from), authority),
                )  # fmt: skip
            yield from self._left_by(row, bucket, bank, banks)

    def _left_by(self, row: str, bucket: Bucket, bank: str, banks: dict[str, int]) -> Iterator[Finding]:
        for payee, paid in bucket.paid_to():
            if payee != banks.get(bank):
                yield self.finding(
                    paid, row, "it left by another account", f"bank account {bank}", self.books.name(payee)
                )

    def _deposits(self, page: Page) -> Iterator[Finding]:
        clearings = self._numbers("clearing", page, 5)
        for name, holder, amount, seq, state, clearing in page.rows:
            bucket = self._bucket("2015", holder, seq)
            if bucket is None:
                if state == "uncleared":
                    yield self.finding(seq, f"deposit {name}", "no posting stands for it", amount, 0)
                continue
            yield from self._compared(f"deposit {name}", bucket, amount, seq, state, _DEPOSITED.get(state))
            if bucket.against != clearings.get(clearing):
                yield self.finding(
                    seq,
                    f"deposit {name}",
                    "it came from another channel or day",
                    clearing,
                    self.books.name(bucket.against),
                )

    def _numbers(self, table: str, page: Page, place: int) -> dict[str, int]:
        ids = list({row[place] for row in page.rows})
        return {
            row[0]: row[1]
            for row in self.books.ask(f"SELECT id, account FROM {table} WHERE lane = %s AND id = ANY(%s)", ids)
        }

    def _bucket(self, code: str, holder: str, seq: int) -> Bucket | None:
        account = self.books.number.get((code, holder))
        return None if account is None else self.books.buckets.get((account, seq))

    def _compared(
        self, row: str, bucket: Bucket, amount: int, seq: int, state: str, shares: tuple[int, int, int] | None
    ) -> Iterator[Finding]:
        bucket.is_named = True
        if bucket.added != amount:
            yield self.finding(seq, row, "its amount is not what was posted", bucket.added, amount)
        found = (bucket.remaining, bucket.captured, bucket.released)
        if shares is not None and found != tuple(share * bucket.added for share in shares):
            yield self.finding(
                seq, row, f"it is {state}, and the postings say otherwise (left, paid on, given back)",
                tuple(share * bucket.added for share in shares), found,
            )  # fmt: skip

    def end(self) -> Iterator[Finding]:
        """Find money on its way that no row names, and accounts that are not the sum of what is on its way."""
        on_its_way: dict[int, int] = {}
        ours = self.books.having(*_CODES)
        since = min(self._begun.values(), default=0)
        for (account, seq), bucket in self.books.buckets.items():
            if account not in ours:
                continue
            on_its_way[account] = on_its_way.get(account, 0) + bucket.remaining
            if bucket.remaining and not bucket.is_named and seq <= since:
                yield self.finding(
                    seq, self.books.name(account), "money is on its way, and no row names it", 0, bucket.remaining
                )
        for account in sorted(ours):
            if on_its_way.get(account, 0) != self.books.balance(account):
                yield self.finding(
                    self.books.last.get(account), self.books.name(account), "it is not the sum of what is on its way",
                    on_its_way.get(account, 0), self.books.balance(account),
                )  # fmt: skip
