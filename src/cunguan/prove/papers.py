"""Papers (文件效力): no deposit became a client's in a pool without a live contract and a live letter of its bank.

Reads   instruction: the lane's opening, papers, deposits, in order; posting: what a deposit credited; pool_papers
Does    what the two recorded is followed account by account. With real money papers are needed from the first deposit that code
        with this rule decided; in a sandbox from when the first of that pool were recorded
Source  issue "People" 1; ADR 0046
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

from cunguan.prove.books import Books
from cunguan.prove.claim import Claim
from cunguan.prove.findings import Finding
from cunguan.prove.reading import Chunk, Page, PageOf

#: the schema step with which the rule came
STEP = 24
#: kinds that may make money a client's as it comes in -> the field that names the bank account; "": it is not known yet
TAKES = {"deposit_direct": "bank_account", "deposit_notice": "", "opening_import": "bank_account"}
#: what a client has been given when a deposit was taken
GIVEN = ("2010", "2015")
FIELDS = ("pool", "contract", "contract_until", "letter", "review_date")


class Papers(Claim):
    """A pool without papers takes no deposits."""

    name = "papers"
    says = "no deposit became a client's in a pool without live papers, and the papers are as two people recorded them last"
    pages = (PageOf("pool_papers", "pool, contract, contract_until, letter, review_date, seq"),)

    def __init__(self, books: Books) -> None:
        super().__init__(books)
        self._is_sandbox = False
        self._recorded: dict[str, tuple[Any, ...]] = {}  # bank account -> what stands in its row
        self._met: set[str] | None = None  # None: rows were not read

    def read(self, chunk: Chunk) -> Iterator[Finding]:
        """Follow papers and deposits."""
        for seq, _, _, name, kind, state, *_ in chunk.instructions:
            if state != "done":
                continue
            if kind == "lane_opening":
                self._is_sandbox = chunk.body_of(seq).get("sandbox") is True
            elif kind == "pool_papers":
                self._record(seq, chunk.body_of(seq))
            elif kind in TAKES:
                yield from self._deposit(seq, name, kind, chunk)

    def _record(self, seq: int, body: dict[str, Any]) -> None:
        said = [body.get(field) for field in FIELDS]
        self._recorded[str(body.get("bank_account"))] = (*(_day(one) for one in said), seq)

    def _deposit(self, seq: int, name: str, kind: str, chunk: Chunk) -> Iterator[Finding]:
        taken = [self.books.accounts[credit] for _, _, _, credit, *_ in chunk.posted.get(seq, ())
                 if credit in self.books.accounts and self.books.accounts[credit].code in GIVEN]  # fmt: skip
        if not taken or self.books.is_before(seq, STEP):
            return
        self.checked += 1
        pool = taken[0].place[0]
        of_pool = {bank: row for bank, row in self._recorded.items() if row[0] == pool}
        if not of_pool and self._is_sandbox:
            return
        bank = str(chunk.body_of(seq).get(TAKES[kind], ""))
        asked = [row for one, row in of_pool.items() if not bank or one == bank]
        day = self.books.day(seq)
        if not any(day <= row[2] and day <= row[4] for row in asked):
            until = ", ".join(f"{min(row[2], row[4])}" for row in asked) or "none"
            yield self.finding(
                seq, f"instruction {name}", "it took a deposit without live papers", f"papers until {until}", f"{day}"
            )

    def compare(self, page: Page) -> Iterator[Finding]:
        """Compare each row with what was recorded last."""
        self._met = self._met or set()
        for bank, *row in page.rows:
            self._met.add(bank)
            said = self._recorded.get(bank)
            if said != tuple(row):
                yield self.finding(
                    None, f"pool_papers {bank}", "they are not as was recorded last", f"{said}", f"{tuple(row)}"
                )

    def end(self) -> Iterator[Finding]:
        """Miss rows of papers that are gone."""
        for bank, row in self._recorded.items():
            if self._met is not None and bank not in self._met:
                yield self.finding(row[-1], f"pool_papers {bank}", "the papers are gone", f"{row}", "none")


def _day(value: Any) -> Any:
    """Return a date for what is written as one."""
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        return value
