"""Driver: lanes in memory for the tests of operations, with the invariants checked after every batch.

Shape   Books: one memory store, one runner a lane, sandbox keys, a clock that only the test moves
        submit(lane, id, kind, **body) -> Answer; the client's confirmation is signed by his own key unless told not to
        preludes and epilogues are asked of lane 0 as the plane asks them
Errors  AssertionError: an instruction was quarantined, or the books do not hold after it
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any, TypeVar

import msgspec

from cunguan.kernel.canonical import canonical_json, key16
from cunguan.kernel.codes import Code
from cunguan.kernel.instruction import Answer, AuthorityText, Decision, Evidence, Given, Instruction, Posting
from cunguan.kernel.rows import (
    BankAccount,
    Card,
    ClientDebt,
    FeeItem,
    Freeze,
    Hold,
    Holder,
    LegalOrder,
    Message,
    OrderHere,
    OrderShare,
    Payout,
    Pool,
    Row,
    Shortfall,
    SuspenseItem,
    Unclaimed,
    Withdrawal,
)
from cunguan.keys.sandbox import SandboxKeys
from cunguan.ledger.book import Book
from cunguan.ledger.chart import HOLDER_CODES, pool_account
from cunguan.operations.catalogue import Operation, operation
from cunguan.plane.runner import Item, Runner, admit, replay, seen
from cunguan.store.memory import MemoryStore

R = TypeVar("R", bound=Row)

FRIDAY = date(2024, 3, 1)
#: money of a withdrawal that has not left yet stands in 2030, its fee in 2020
WITHDRAWAL_OPEN = frozenset({"unconfirmed", "challenged", "held", "sent", "in_doubt"})
SUSPENSE = ("2210", "2220", "2230")
FEE_OF_2_PERCENT = FeeItem("platform_fee", "bp", 200, 0, 0, 0)


class Books:
    """Some lanes, their books and their clients' keys."""

    def __init__(self, *, day: date = FRIDAY, sandbox: bool = True, limit_bytes: int | None = None) -> None:
        self.store = MemoryStore()
        self.keys = SandboxKeys(b"0" * 32)
        self.day, self.sandbox, self.limit_bytes = day, sandbox, limit_bytes
        self.now = datetime(day.year, day.month, day.day, 9, tzinfo=UTC)
        self.runners: dict[int, Runner] = {}
        self._numbers = count(1)

    # ── asking ───────────────────────────────────────────────────────────────
    def ask(
        self, lane: int, instruction_id: str, kind: str, /, *, signed: bool = True, by: str = "",
        evidence: Evidence | None = None, **body: Any,
    ) -> Instruction:  # fmt: skip
        """Return an instruction as a door would hand it in.

        `signed=False` leaves the confirmation away; `by` signs with the key of this id instead of the client's own;
        `evidence` is handed in as it is.
        """
        struct = operation(kind).body
        message = msgspec.json.decode(msgspec.json.encode(body), type=struct)
        instruction = Instruction(instruction_id, kind, message, evidence)
        return self.sign(lane, instruction, by) if signed and evidence is None else instruction

    def sign(self, lane: int, instruction: Instruction, by: str = "") -> Instruction:
        """Return the instruction with the confirmation of its client, where its operation asks for one."""
        text_of = operation(instruction.kind).authority_text
        text = text_of(instruction, lane) if text_of is not None else None
        if text is None:
            return instruction
        return msgspec.structs.replace(instruction, evidence=self.keys.confirm(by or self.key_of(lane, text), text))

    def key_of(self, lane: int, text: AuthorityText) -> str:
        """Return the id of the key that the text's owner has in this lane."""
        holder = self.row(lane, Holder, text.owner)
        return f"{text.owner}:key" if holder is None else holder.key_id

    def submit(self, lane: int, instruction_id: str, kind: str, /, **body: Any) -> Answer:
        """Ask for one instruction, alone in its batch."""
        return self.batch(lane, [self.ask(lane, instruction_id, kind, **body)])[0]

    def done(self, lane: int, instruction_id: str, kind: str, /, **body: Any) -> Answer:
        """Ask for one instruction that must succeed; a test's way to its starting point."""
        answer = self.submit(lane, instruction_id, kind, **body)
        assert answer.code is Code.done, f"{kind} {instruction_id}: {answer.code.name} {answer.why} {answer.detail}"
        return answer

    def batch(self, lane: int, instructions: Sequence[Instruction]) -> list[Answer]:
        """Ask for several in one batch (what a bound cuts off goes into the next); answers in the order asked."""
        answers: dict[int, Answer] = {}
        waiting: list[tuple[int, Item]] = []
        for place, instruction in enumerate(instructions):
            admitted = self._admitted(lane, instruction)
            if isinstance(admitted, Answer):
                answers[place] = admitted
            else:
                waiting.append((place, admitted))
        while waiting:
            taken = self._write(lane, [item for _, item in waiting])
            for (place, item), answer in zip(waiting, taken, strict=False):
                answers[place] = answer
                if answer.code is not Code.done:
                    self._epilogue(lane, item.instruction)
            waiting = waiting[len(taken) :]
        return [answers[place] for place in range(len(instructions))]

    def _admitted(self, lane: int, instruction: Instruction) -> Item | Answer:
        item = admit(instruction, lane)
        if isinstance(item, Answer):
            return item
        stored = seen(self.store, lane, [item.key16]).get(item.key16)
        if stored is not None:
            return replay(item, stored)
        return self._prelude(lane, item)

    def _prelude(self, lane: int, item: Item) -> Item | Answer:
        first = item.operation.prelude
        for part in () if first is None or lane == 0 else first(item.instruction, lane):
            answer = self.batch(0, [part])[0]
            if answer.code is not Code.done:
                self._epilogue(lane, item.instruction)
                return Answer(item.instruction.id, answer.code, why=answer.why, detail=answer.detail)
        return item

    def _epilogue(self, lane: int, instruction: Instruction) -> None:
        last = operation(instruction.kind).epilogue if instruction.kind != "test_money" else None
        for part in () if last is None or lane == 0 else last(instruction, lane):
            self.batch(0, [part])

    def _write(self, lane: int, items: Sequence[Item]) -> list[Answer]:
        runner = self.runners.get(lane)
        if runner is None:
            runner = self.runners[lane] = Runner(lane, self.store, Book(self.limit_bytes))
        self.now += timedelta(seconds=1)
        batch, taken = runner.decide(items, self.now)
        assert len(batch.entries) == taken
        self.store.write(batch)
        runner.book.committed(batch.number)
        for entry in batch.entries:
            assert entry.state != "quarantined", f"{entry.kind} {entry.id} was quarantined; the log says why"
        self.check(lane)
        return [entry.answer() for entry in batch.entries]

    # ── what must hold after every batch ─────────────────────────────────────
    def check(self, lane: int) -> None:
        """Assert what the books promise: they balance, and holds and withdrawals sum to their accounts."""
        balances = {account: balance for account, (balance, _) in self.store.balance[lane].items()}
        assert all(balance >= 0 for balance in balances.values())
        self._balances_by_pool(lane, balances)
        self._buckets_sum(lane, balances)
        self._orders_hold(lane, balances)
        self._firm_sums(lane, balances)
        if lane in self.runners:
            book = self.runners[lane].book
            known = {**book._balances_old, **book._balances}
            assert {account: balances[account] for account in known} == known, "book and store differ"

    def _balances_by_pool(self, lane: int, balances: dict[int, int]) -> None:
        sums: dict[tuple[str, str], int] = {}
        for account, row in self.store.account[lane].items():
            sign = -1 if account < 0 else 1
            place = (row.pool, row.currency)
            sums[place] = sums.get(place, 0) + sign * balances[account]
        assert not any(sums.values()), f"the trial balance is off: {sums}"

    def _buckets_sum(self, lane: int, balances: dict[int, int]) -> None:
        held: dict[int, int] = {}
        outbound: dict[int, int] = {}
        holds = self.rows(lane, Hold)
        for hold in holds:
            held[hold.account] = held.get(hold.account, 0) + hold.remaining_minor
        for withdrawal in self.rows(lane, Withdrawal):
            if withdrawal.state in WITHDRAWAL_OPEN:
                holder = self.get(lane, Holder, withdrawal.holder)
                outbound[holder.outbound] = outbound.get(holder.outbound, 0) + withdrawal.amount_minor
                if not any(hold.id.startswith(withdrawal.id + ":") for hold in holds):
                    held[holder.held] = held.get(holder.held, 0) + withdrawal.fee_minor
        for payout in self.rows(lane, Payout):
            if payout.state in WITHDRAWAL_OPEN and payout.came_from:
                outbound[payout.account] = outbound.get(payout.account, 0) + payout.amount_minor
        suspended: dict[tuple[str, str], int] = {}
        for item in self.rows(lane, SuspenseItem):
            assert (item.left_minor > 0) is (item.state not in ("allocated", "returned_to_source", "unclaimed")), item
            suspended[item.pool, item.code] = suspended.get((item.pool, item.code), 0) + item.left_minor
        for account, row in self.store.account[lane].items():
            if row.code in SUSPENSE:
                expected = suspended.get((row.owner, row.code), 0)
                assert balances[account] == expected, f"{row.code} of {row.owner} is not its items"
            if row.code in ("2020", "2125"):
                assert balances[account] == held.get(account, 0), f"{row.code} of {row.owner} is not its holds"
            if row.code in ("2030", "2155"):
                assert balances[account] == outbound.get(account, 0), f"{row.code} of {row.owner} is not on its way"

    def _orders_hold(self, lane: int, balances: dict[int, int]) -> None:
        frozen: dict[int, int] = {}
        for freeze in self.rows(lane, Freeze):
            frozen[freeze.account] = frozen.get(freeze.account, 0) + freeze.left_minor
        for account, row in self.store.account[lane].items():
            if row.code == "2040":
                assert balances[account] == frozen.get(account, 0), f"2040 of {row.owner} is not its freezes"
        for holder in self.rows(lane, Holder):
            if holder.waiting_orders:
                assert balances[holder.available] == 0, f"{holder.id} keeps money that an order waits for"
        for order in self.rows(lane, OrderHere):
            freezes = [freeze for freeze in self.rows(lane, Freeze) if freeze.legal_order == order.id]
            assert order.frozen_minor == sum(freeze.frozen_minor for freeze in freezes), order
        for order in self.rows(lane, LegalOrder):
            shares = [share for share in self.rows(lane, OrderShare) if share.legal_order == order.id]
            assert order.filled_minor == sum(share.filled_minor for share in shares) <= order.amount_minor, order

    def _firm_sums(self, lane: int, balances: dict[int, int]) -> None:
        """Assert that shortfalls, debts and unclaimed balances sum to their accounts, and that a short pool says so."""
        firm: dict[tuple[str, str], int] = {}
        for row in self.rows(lane, Shortfall):
            if row.cause != "client_debt":
                firm[row.pool, "1030"] = firm.get((row.pool, "1030"), 0) + row.amount_minor - row.made_good_minor
        for debt in self.rows(lane, ClientDebt):
            left_minor = debt.amount_minor - debt.repaid_minor if debt.state != "borne" else 0
            firm[debt.holder, "1040"] = firm.get((debt.holder, "1040"), 0) + left_minor
        for apart in self.rows(lane, Unclaimed):
            left_minor = apart.amount_minor - apart.given_back_minor if apart.state != "handed_over" else 0
            firm[apart.holder, "2310"] = firm.get((apart.holder, "2310"), 0) + left_minor
        missing: dict[str, int] = {}
        for account, opened in self.store.account[lane].items():
            if opened.code in ("1030", "1040", "2310"):
                expected = firm.get((opened.owner, opened.code), 0)
                assert balances[account] == expected, f"{opened.code} of {opened.owner} is not its rows"
            if opened.code == "1010" or (opened.code[0] == "2" and opened.code != "2015"):
                sign = -1 if opened.code == "1010" else 1
                missing[opened.pool] = missing.get(opened.pool, 0) + sign * balances[account]
        for pool in self.rows(lane, Pool):
            assert missing.get(pool.id, 0) <= 0 or pool.state not in ("open", "closing"), f"{pool.id} lacks cash unsaid"

    # ── reading ──────────────────────────────────────────────────────────────
    def row(self, lane: int, kind: type[R], row_id: str) -> R | None:
        """Return a committed row, or None."""
        found = self.store.rows(lane, kind, [row_id])
        return found[0] if found else None  # type: ignore[return-value]  # the store answers with the kind asked

    def get(self, lane: int, kind: type[R], row_id: str) -> R:
        """Return a committed row that must be there."""
        row = self.row(lane, kind, row_id)
        assert row is not None, f"there is no {kind.__name__} {row_id} in lane {lane}"
        return row

    def rows(self, lane: int, kind: type[R]) -> list[R]:
        """Return all committed rows of a kind, by id."""
        return self.store.all(lane, kind)  # type: ignore[return-value]  # the store answers with the kind asked

    def balance(self, lane: int, owner: str, code: str) -> int:
        """Return a balance by owner (holder, pool, bank account or clearing) and code of the chart."""
        return self.store.balance[lane][self.account(lane, owner, code)][0]

    def account(self, lane: int, owner: str, code: str) -> int:
        """Return the number of an account by owner and code."""
        for account, row in self.store.account[lane].items():
            if (row.owner, row.code) == (owner, code):
                return account
        raise AssertionError(f"there is no {code} of {owner} in lane {lane}")

    def five(self, lane: int, holder: str) -> tuple[int, ...]:
        """Return available, uncleared, held, outbound and frozen of a holder."""
        return tuple(self.balance(lane, holder, code) for code in HOLDER_CODES)

    def postings(self, lane: int, instruction_id: str) -> list[tuple[str, str, int]]:
        """Return what an instruction posted: debit and credit as owner:code, and the amount."""
        names = {number: f"{row.owner}:{row.code}" for number, row in self.store.account[lane].items()}
        entry = self.store.keys[(lane, key16(instruction_id))]
        return [(names[p.debit], names[p.credit], p.amount_minor) for p in entry.decision.postings]

    def decision(self, lane: int, instruction_id: str) -> Decision:
        """Return what was decided and stored under an id."""
        return self.store.keys[(lane, key16(instruction_id))].decision

    # ── ways to a starting point ─────────────────────────────────────────────
    def custodian(self) -> None:
        """Open lane 0, once."""
        if self.store.head(0).head:
            return
        self.done(
            0, "open:0", "lane_opening", platform="custodian", pack="", sandbox=self.sandbox, business_date=self.day,
            pools=[], bank_accounts=[], maker="m1", checker="c1",
        )  # fmt: skip

    def platform(
        self,
        lane: int = 1,
        *,
        pack: str = "cn_p2p",
        pool: str = "main",
        currency: str = "CNY",
        bank_account: str = "bank",
    ) -> int:
        """Register a platform named P<lane> and open its lane with one pool and one bank account."""
        self.custodian()
        name = f"P{lane}"
        self.done(
            0, f"platform:{lane}", "platform_registration", platform=name, lane=lane, pack=pack, sandbox=self.sandbox,
            maker="m1", checker="c1",
        )  # fmt: skip
        self.done(
            lane, f"open:{lane}", "lane_opening", platform=name, pack=pack, sandbox=self.sandbox,
            business_date=self.day, pools=[{"id": pool, "currency": currency, "regime": "lending"}],
            bank_accounts=[{"id": bank_account, "pool": pool, "channel": "demobank", "reference": f"ref:{lane}"}],
            maker="m1", checker="c1",
        )  # fmt: skip
        return lane

    def client(
        self,
        lane: int,
        holder: str,
        role: str = "lender",
        *,
        person: str = "",
        kind: str = "person",
        pool: str = "main",
    ) -> str:
        """Register a person (by default one of his own) and open an account for him; a company is reviewed."""
        person = person or f"person:{holder}"
        source = "sandbox" if self.sandbox else "registry"
        self.submit(
            0, f"register:{person}", "person_registration", person=person, kind=kind, method="four_elements",
            source=source, reference=f"check:{person}",
        )  # fmt: skip
        key_id = f"{holder}:key"
        self.done(
            lane, f"account:{holder}", "account_opening", holder=holder, person=person, pool=pool, role=role, kind=kind,
            method="four_elements", source=source, key_id=key_id, evidence_kind="sandbox_ed25519",
            public_key=self.keys.public_key(key_id),
        )  # fmt: skip
        if kind == "company":
            self.done(
                lane, f"review:{holder}", "account_review", holder=holder, passed=True, reason="documents complete",
                maker="m1", checker="c1",
            )  # fmt: skip
        return holder

    def give(self, lane: int, owner: str, amount_minor: int, *, code: str = "2010", bank_account: str = "bank") -> None:
        """Put money from the bank on a holder's or a pool's account; no operation is tested by it."""
        number = next(self._numbers)
        body = _Give(owner=owner, amount_minor=amount_minor, code=code, bank_account=bank_account)
        instruction = Instruction(f"give:{number}", "test_money", body)
        item = Item(instruction, TEST_MONEY, canonical_json(body), key16(instruction.id), None)
        assert self._write(lane, [item])[0].code is Code.done

    def card(self, lane: int, holder: str, *, cooled: bool = True) -> str:
        """Bind a card; `cooled` moves the lane's day past its cooling."""
        card = f"{holder}:card"
        self.done(lane, f"bind:{card}", "card_binding", holder=holder, card=card, payee_hash=f"payee:{holder}")
        until = self.get(lane, Card, card).cooling_until
        if cooled and until > self.business_date(lane):
            self.move_day(lane, until)
        return card

    def fees(self, lane: int, schedule: str = "fees", version: int = 1, *items: FeeItem) -> str:
        """Publish a version of a fee schedule; by default one item of 2 %."""
        self.done(
            lane, f"publish:{schedule}:{version}", "fee_schedule", schedule=schedule, version=version,
            items=list(items or (FEE_OF_2_PERCENT,)), maker="m1", checker="c1",
        )  # fmt: skip
        return schedule

    def consent(self, lane: int, holder: str, schedule: str = "fees", version: int = 1) -> None:
        """Let a client confirm a version of a fee schedule."""
        self.done(
            lane,
            f"consent:{holder}:{schedule}:{version}",
            "fee_consent",
            holder=holder,
            schedule=schedule,
            version=version,
        )

    def payee(self, lane: int, owner: str = "", payee_hash: str = "payee:own") -> str:
        """Bind an account outside the pool, by default the platform's own."""
        payee = f"payee:{next(self._numbers)}"
        self.done(
            lane, payee, "payee_binding", owner=owner or f"P{lane}", payee_hash=payee_hash, reason="letter of the bank",
            maker="m1", checker="c1",
        )  # fmt: skip
        return payee

    def mandate(
        self, lane: int, holder: str, type: str, cap_minor: int, *, until: date | None = None, listing: str = ""
    ) -> str:
        """Grant a standing authority of a year; return its id."""
        mandate = f"{holder}:{type}:{next(self._numbers)}"
        self.done(
            lane, mandate, "mandate_grant", holder=holder, type=type, cap_minor=cap_minor,
            until=until or self.business_date(lane) + timedelta(days=365), listing=listing,
        )  # fmt: skip
        return mandate

    def business_date(self, lane: int) -> date:
        """Return the lane's open day."""
        day = self.runners[lane].book.day()
        assert day is not None
        return day.business_date

    def move_day(self, lane: int, to: date) -> None:
        """Close days until the lane stands at this one, in one step."""
        today = self.business_date(lane)
        if today != to:
            self.done(lane, f"close:{today.isoformat()}", "day_close", date=today, next_date=to)

    def deliver(self, *, again: bool = False) -> list[Answer]:
        """Hand every waiting message for a lane over and note its answer; `again` hands all over once more."""
        answers = []
        for origin in self.store.lanes():
            for message in sorted(self.rows(origin, Message), key=lambda message: (message.seq, message.id)):
                if message.channel.startswith("lane:") and (again or message.state == "waiting"):
                    answers.append(self._handed_over(origin, message))
        return answers

    def settle_messages(self) -> None:
        """Hand over until no message for a lane waits."""
        while self.deliver():
            pass

    def _handed_over(self, origin: int, message: Message) -> Answer:
        lane, payload = int(message.channel.removeprefix("lane:")), msgspec.json.decode(message.payload)
        answer = self.submit(lane, payload["id"], payload["kind"], **payload["body"])
        if message.state == "waiting" and answer.seq is not None:
            name = f"answered:{origin}:{message.id}"
            self.done(origin, name, "message_answered", message=message.id, code=answer.code.name)
        return answer


# ── money from nowhere, for tests of what comes after it ─────────────────────
class _Give(msgspec.Struct, frozen=True):
    owner: str
    amount_minor: int
    code: str
    bank_account: str


def _load(instruction: Instruction, book: Book, given: Given) -> tuple[int, int]:
    body: Any = instruction.body
    bank = book.get(BankAccount, body.bank_account)
    assert bank is not None
    if body.code in HOLDER_CODES:
        holder = book.get(Holder, body.owner)
        assert holder is not None
        return bank.account, holder.base + HOLDER_CODES.index(body.code)
    pool = book.get(Pool, body.owner)
    assert pool is not None
    return bank.account, pool_account(pool.base, body.code)


def _decide(instruction: Instruction, facts: tuple[int, int], given: Given) -> Decision:
    body: Any = instruction.body
    adds: tuple[Row, ...] = ()
    if body.code in SUSPENSE:
        item = SuspenseItem(
            instruction.id, body.owner, body.bank_account, body.code, "", body.amount_minor, body.amount_minor,
            given.business_date, "given", "", "break" if body.code == "2230" else "", given.seq, "open",
        )  # fmt: skip
        adds = (item,)
    opened = given.seq if adds else None
    return Decision(Code.done, postings=(Posting(facts[0], facts[1], body.amount_minor, None, opened),), adds=adds)


TEST_MONEY = Operation("test_money", 1, "platform", _Give, _load, _decide, None, None, None, "")
