"""State machine: random callers against the reference model, the memory store and PostgreSQL, all three compared.

After every instruction: the same code, the same balances, a refusal has left every money table as it was; after every
step all invariants of domain.md (d) that these operations reach; at the end every row.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, ClassVar, TypeVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test

from cunguan.operations import runs
from tests.properties.instructions import Asked, Instructions, Seeded
from tests.properties.triple import Triple, instruction, snapshot
from tests.store.twins import MemoryTwin, PostgresTwin, Twin

T = TypeVar("T")

#: a run begins above so many details, and takes so many a step, where runs shall come up in short sequences
SMALL_RUNS = {"atomic_items": 3, "step_items": 2}
RUNS = {"atomic_items": runs.ATOMIC_ITEMS, "step_items": runs.STEP_ITEMS}
QUIET = {
    "derandomize": True, "deadline": None, "database": None, "print_blob": False,
    "suppress_health_check": list(HealthCheck),
}  # fmt: skip
IN_MEMORY = settings(max_examples=120, stateful_step_count=50, **QUIET)  # type: ignore[arg-type]  # one type a value
ON_POSTGRES = settings(max_examples=10, stateful_step_count=40, **QUIET)  # type: ignore[arg-type]  # one type a value


@pytest.fixture(params=[RUNS, SMALL_RUNS], ids=["runs above 2,000", "runs above 3"])
def run_sizes(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """Cut runs at their true sizes, and at small ones."""
    sizes: dict[str, int] = request.param
    monkeypatch.setattr(runs, "ATOMIC_ITEMS", sizes["atomic_items"])
    monkeypatch.setattr(runs, "STEP_ITEMS", sizes["step_items"])
    return sizes


class Drawn:
    """Chances that hypothesis draws, so that it can find the shortest sequence that fails."""

    def __init__(self) -> None:
        self.data: Any = None

    def one(self, choices: Sequence[T]) -> T:
        return self.data.draw(st.sampled_from(choices))  # type: ignore[no-any-return]  # one of the choices

    def chance(self, n: int) -> bool:
        return bool(self.data.draw(st.integers(0, n - 1)) == n - 1)


class Custody(RuleBasedStateMachine):
    """Callers, clients, banks and timers of two platforms."""

    stores: ClassVar[Callable[[], Sequence[Twin]]]
    sizes: ClassVar[dict[str, int]]

    def __init__(self) -> None:
        super().__init__()
        self.all = Triple(type(self).stores(), **self.sizes)
        self.pick = Drawn()
        self.callers = Instructions(self.all.model, self.pick)

    def _go(self, data: Any, wish: Callable[[], Asked]) -> None:
        self.pick.data = data
        self.all.go(wish())
        self.all.check()

    def _has(self, facts: str, *states: str) -> bool:
        return any(fact["state"] in states for fact in getattr(self.all.model, facts).values())

    @rule(data=st.data())
    def deposit(self, data: Any) -> None:
        self._go(data, self.callers.deposit)

    @rule(data=st.data())
    def notice(self, data: Any) -> None:
        self._go(data, self.callers.notice)

    @precondition(lambda self: self._has("deposits", "uncleared", "failed", "cleared"))
    @rule(data=st.data())
    def settlement(self, data: Any) -> None:
        self._go(data, self.callers.settlement)

    @rule(data=st.data())
    def platform_money(self, data: Any) -> None:
        self._go(data, self.callers.platform_money)

    @rule(data=st.data())
    def card_or_consent(self, data: Any) -> None:
        self.pick.data = data
        self._go(data, self.callers.consent if self.pick.chance(2) else self.callers.card)

    @precondition(lambda self: self._has("cards", "active"))
    @rule(data=st.data())
    def withdrawal(self, data: Any) -> None:
        self._go(data, self.callers.withdrawal)

    @precondition(lambda self: self._has("withdrawals", "held"))
    @rule(data=st.data())
    def sent(self, data: Any) -> None:
        self._go(data, self.callers.sent)

    @precondition(lambda self: self._has("withdrawals", "sent", "in_doubt"))
    @rule(data=st.data())
    def result(self, data: Any) -> None:
        self._go(data, self.callers.result)

    @precondition(lambda self: self._has("withdrawals", "settled", "rejected"))
    @rule(data=st.data())
    def returned(self, data: Any) -> None:
        self._go(data, self.callers.returned)

    @rule(data=st.data())
    def grant(self, data: Any) -> None:
        self._go(data, self.callers.grant)

    @precondition(lambda self: self.all.model.mandates)
    @rule(data=st.data())
    def revoke(self, data: Any) -> None:
        self._go(data, self.callers.revoke)

    @rule(data=st.data())
    def listing(self, data: Any) -> None:
        self._go(data, self.callers.listing)

    @precondition(lambda self: self._has("listings", "raising"))
    @rule(data=st.data())
    def bid(self, data: Any) -> None:
        self._go(data, self.callers.bid)

    @precondition(lambda self: self._has("listings", "raising"))
    @rule(data=st.data())
    def fill_a_listing(self, data: Any) -> None:
        """Let those who can afford it bid for what is left: without it few listings of a short sequence ever fill."""
        self.pick.data = data
        for asked in self.callers.fill():
            self.all.go(asked)
        self.all.check()

    @precondition(lambda self: self._has("holds", "open"))
    @rule(data=st.data())
    def cancel(self, data: Any) -> None:
        self._go(data, self.callers.cancel)

    @precondition(lambda self: self._has("listings", "raising", "full"))
    @rule(data=st.data())
    def failure(self, data: Any) -> None:
        self._go(data, self.callers.failure)

    @precondition(lambda self: self._has("listings", "full"))
    @rule(data=st.data())
    def disbursement(self, data: Any) -> None:
        self._go(data, self.callers.disbursement)

    @precondition(lambda self: self._has("listings", "disbursed"))
    @rule(data=st.data())
    def repayment(self, data: Any) -> None:
        self._go(data, self.callers.repayment)

    @precondition(lambda self: self.all.model.runs)
    @rule(data=st.data())
    def step(self, data: Any) -> None:
        self._go(data, self.callers.step)

    @precondition(lambda self: self._has("holds", "open"))
    @rule(data=st.data())
    def expiry(self, data: Any) -> None:
        self._go(data, self.callers.expiry)

    @rule(data=st.data())
    def close(self, data: Any) -> None:
        self._go(data, self.callers.close)

    @rule(data=st.data())
    def lock_or_unlock(self, data: Any) -> None:
        self.pick.data = data
        self._go(data, self.callers.unlock if self.all.model.orders and not self.pick.chance(3) else self.callers.lock)

    @precondition(lambda self: any(message["state"] == "waiting" for message in self.all.model.messages))
    @rule()
    def deliver(self) -> None:
        self.all.deliver()
        self.all.check()

    @precondition(lambda self: self.callers.asked)
    @rule(data=st.data())
    def again(self, data: Any) -> None:
        self._go(data, self.callers.again)

    def teardown(self) -> None:
        self.all.compare_all()


def machine(stores: Callable[[], Sequence[Twin]], sizes: dict[str, int]) -> type[Custody]:
    """Return the machine on some stores."""
    return type("Custody", (Custody,), {"stores": staticmethod(stores), "sizes": sizes})


def test_model_and_memory_store_agree_on_every_sequence(run_sizes: dict[str, int]) -> None:
    run_state_machine_as_test(machine(lambda: [MemoryTwin()], run_sizes), settings=IN_MEMORY)  # type: ignore[no-untyped-call]


def test_model_and_both_stores_agree_on_every_sequence(
    run_sizes: dict[str, int], postgres_twin: Callable[[], PostgresTwin]
) -> None:
    def stores() -> Iterator[Twin]:
        yield MemoryTwin()
        yield postgres_twin()

    run_state_machine_as_test(machine(lambda: list(stores()), run_sizes), settings=ON_POSTGRES)  # type: ignore[no-untyped-call]
