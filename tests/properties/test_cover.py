"""Cover: whatever the firm, the bank and a client do in whatever order, the pool says what a small model of it says.

Shape   Firm: open shortfalls, debts and own money as three figures and a few rows, and no postings at all; the driver
        checks the books after every step, the model says which code and which state of the pool must come
"""

import random
from datetime import timedelta
from typing import Any

import pytest

from cunguan.kernel.codes import Code
from cunguan.kernel.rows import ClientDebt, Pool, Shortfall
from tests.operations.cash import LANE
from tests.operations.firm_case import NAMES, deposit, open_firm

LINE = 300
STEPS = 250


class Firm:
    """What is owed, by whom, and since when."""

    def __init__(self) -> None:
        self.own = 0
        self.open: dict[str, list[Any]] = {}  # shortfall -> [left, cause, is it overdue, was it found today]
        self.debts: dict[str, int] = {}

    @property
    def gap(self) -> int:
        owed = sum(left for left, cause, _, _ in self.open.values() if cause != "client_debt")
        return owed + sum(self.debts.values()) - self.own

    @property
    def state(self) -> str:
        if self.gap <= 0:
            return "open"
        serious = any(overdue or cause == "unexplained" for _, cause, overdue, _ in self.open.values())
        return "payouts_stopped" if serious or self.gap > LINE else "short"

    def lower(self, shortfall: str, amount: int) -> None:
        """Take a part of a shortfall as made good; what is not open any more is made good already."""
        if shortfall in self.open:
            self.open[shortfall][0] -= amount
            if self.open[shortfall][0] <= 0:
                del self.open[shortfall]

    def close(self) -> list[str]:
        """End the day; return what is overdue by it."""
        late = [name for name, row in self.open.items() if row[3] and self.gap > 0]
        for name, row in self.open.items():
            row[2], row[3] = row[2] or name in late, False
        return sorted(late)


class Story:
    """A seeded run of it."""

    def __init__(self, seed: int) -> None:
        self.pick, self.firm, self.books, self.step = random.Random(seed), Firm(), open_firm(line_minor=LINE), 0

    def ask(self, kind: str, **body: Any) -> Code:
        return self.books.submit(LANE, f"{kind}:{self.step}", kind, **body).code

    def near(self, amount: int) -> int:
        """Return an amount near an edge, or some part."""
        return max(1, self.pick.choice([amount, amount, amount + 1, self.pick.randint(1, max(amount, 1))]))

    # ── what happens ─────────────────────────────────────────────────────────
    def loss(self) -> None:
        amount, cause = self.pick.randint(1, 200), self.pick.choice(["loss", "bank_charge", "unexplained"])
        code = self.ask(
            "pool_loss",
            pool="main",
            bank_account="bank",
            amount_minor=amount,
            cause=cause,
            reason="r",
            reference="r",
            **NAMES,
        )
        assert code is Code.done
        self.firm.open[f"pool_loss:{self.step}"] = [amount, cause, False, True]

    def prudent(self) -> None:
        amount = self.near(max(self.firm.gap, 1))
        code = self.ask(
            "prudent_top_up", pool="main", bank_account="bank", amount_minor=amount, reason="r", reference="r", **NAMES
        )
        assert code is Code.done
        self.firm.own += amount

    def top_up(self) -> None:
        if not self.firm.open:
            return
        name = self.pick.choice(sorted(self.firm.open))
        left, cause, *_ = self.firm.open[name]
        amount, source = self.near(left), self.pick.choice(["own_money", "recovered", "paid_in_before"])
        if cause == "client_debt" and source != "own_money":
            expected = Code.state_forbids
        elif amount > left:
            expected = Code.exceeds_what_is_owed
        elif source == "paid_in_before" and amount > self.firm.own:
            expected = Code.insufficient_own_money
        else:
            expected = Code.done
        before = source == "paid_in_before"
        code = self.ask(
            "pool_top_up", shortfall=name, source=source, amount_minor=amount, bank_account="" if before else "bank",
            reference="" if before else "r", **NAMES,
        )  # fmt: skip
        assert code is expected
        if code is Code.done:
            self.firm.lower(name, amount)
            self.firm.own += amount if cause == "client_debt" else -amount if before else 0

    def charge(self) -> None:
        amount = self.pick.randint(1, 200)
        deposit(self.books, "L1", amount, f"in:{self.step}")
        code = self.ask(
            "charge_back",
            deposit=f"in:{self.step}",
            holder="L1",
            bank_account="bank",
            amount_minor=amount,
            reference="r",
        )
        assert code is Code.done
        self.firm.debts[f"charge_back:{self.step}"] = amount
        self.firm.open[f"charge_back:{self.step}"] = [amount, "client_debt", False, True]

    def settle(self) -> None:
        if not self.firm.debts:
            return
        name = self.pick.choice(sorted(self.firm.debts))
        left, how = self.firm.debts[name], self.pick.choice(["repayment", "recovery", "borne"])
        if how == "borne":
            code = self.ask("client_debt_borne", debt=name, reason="r", **NAMES)
            assert code is (Code.done if left <= self.firm.own else Code.insufficient_own_money)
            amount = left
            self.firm.own -= left if code is Code.done else 0
        else:
            amount = self.near(left)
            other: dict[str, Any] = (
                {"holder": "L1"} if how == "repayment" else {"bank_account": "bank", "reference": "r"}
            )
            code = self.ask(f"client_debt_{how}", debt=name, amount_minor=amount, **other)
            assert code is (Code.done if amount <= left else Code.exceeds_what_is_owed)
        if code is Code.done:
            self.firm.debts[name] -= amount
            self.firm.lower(name, amount)
            if not self.firm.debts[name]:
                del self.firm.debts[name]

    def close(self) -> None:
        today = self.books.business_date(LANE)
        answer = self.books.submit(LANE, f"close:{today}", "day_close", date=today, next_date=today + timedelta(days=1))
        assert sorted(answer.detail.get("overdue", [])) == self.firm.close()  # type: ignore[call-overload]  # names

    def go(self) -> None:
        """Take one step, and compare."""
        self.step += 1
        acts = [self.loss, self.prudent, self.top_up, self.top_up, self.charge, self.settle, self.settle, self.close]
        self.pick.choice(acts)()
        assert self.books.get(LANE, Pool, "main").state == self.firm.state, self.step
        left = {row.id: row.amount_minor - row.made_good_minor for row in self.books.rows(LANE, Shortfall)}
        assert {name: amount for name, amount in left.items() if amount} == {n: r[0] for n, r in self.firm.open.items()}
        debts = [row for row in self.books.rows(LANE, ClientDebt) if row.state == "owed"]
        assert {row.id: row.amount_minor - row.repaid_minor for row in debts} == self.firm.debts


@pytest.mark.parametrize("seed", range(4))
def test_the_pool_says_what_the_model_says(seed: int) -> None:
    story = Story(seed)
    for _ in range(STEPS):
        story.go()
    assert story.firm.own or story.firm.open or story.firm.debts, "a story in which nothing happened shows nothing"
