"""State machine: random callers against the reference model, the memory store and PostgreSQL, all three compared.

After every instruction: the same code, the same balances, a refusal has left every money table as it was; after every
step all invariants of domain.md (d) that these operations reach; at the end every row.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, ClassVar, TypeVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from cunguan.operations import runs
from tests.properties.instructions import Instructions as Ask
from tests.properties.instructions import Seeded, Wish, beginnings
from tests.properties.triple import Triple
from tests.store.twins import MemoryTwin, PostgresTwin, Twin

T = TypeVar("T")

#: a run begins above so many details, and takes so many a step, where runs shall come up in short sequences
SMALL_RUNS = {"atomic_items": 3, "step_items": 2}
RUNS = {"atomic_items": runs.ATOMIC_ITEMS, "step_items": runs.STEP_ITEMS}
QUIET = {
    "derandomize": True, "deadline": None, "database": None, "print_blob": False,
    "suppress_health_check": list(HealthCheck),
}  # fmt: skip
IN_MEMORY = settings(max_examples=18, stateful_step_count=50, **QUIET)  # type: ignore[arg-type]  # one type a value
ON_POSTGRES = settings(max_examples=3, stateful_step_count=25, **QUIET)  # type: ignore[arg-type]  # one type a value
LONG_IN_MEMORY = settings(IN_MEMORY, max_examples=600, stateful_step_count=60)
LONG_ON_POSTGRES = settings(ON_POSTGRES, max_examples=40, stateful_step_count=50)


@pytest.fixture(params=[RUNS, SMALL_RUNS], ids=["runs above 2,000", "runs above 3"])
def run_sizes(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """Cut runs at their true sizes, and at small ones."""
    sizes: dict[str, int] = request.param
    monkeypatch.setattr(runs, "ATOMIC_ITEMS", sizes["atomic_items"])
    monkeypatch.setattr(runs, "STEP_ITEMS", sizes["step_items"])
    return sizes


#: on PostgreSQL runs come up where they are small; at their true sizes a short sequence has none, and the soak has them
ON_BOTH = pytest.mark.parametrize(
    "run_sizes",
    [SMALL_RUNS, pytest.param(RUNS, marks=pytest.mark.soak)],
    ids=["runs above 3", "runs above 2,000"],
    indirect=True,
)


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
    sizes: ClassVar[dict[str, Any]]

    def __init__(self) -> None:
        super().__init__()
        self.all = Triple(type(self).stores(), **self.sizes)
        self.pick = Drawn()
        self.callers = Ask(self.all.model, self.pick)

    @initialize(data=st.data())
    def begin(self, data: Any) -> None:
        """Begin with an empty house, or with one in which money stands, a loan is full, was lent, or is on its way out."""
        self.pick.data = data
        stage = self.pick.one((4, 3, 2, 1, 0))
        for asked in beginnings(self.callers, stage):
            self.all.go(asked)
        self.all.check()

    def _go(self, data: Any, *wishes: Wish) -> None:
        """Ask one of these wishes, mostly one for which there is a subject."""
        self.pick.data = data
        fitting = [wish for wish in wishes if self.callers.has_subject(wish)]
        wish = self.pick.one(wishes if not fitting or self.pick.chance(20) else fitting)
        self.all.go(wish(self.callers))
        self.all.check()

    @rule(data=st.data())
    def money_in(self, data: Any) -> None:
        self._go(data, Ask.settlement, Ask.deposit, Ask.notice, Ask.platform_money)

    @rule(data=st.data())
    def money_out(self, data: Any) -> None:
        self._go(data, Ask.result, Ask.sent, Ask.withdrawal, Ask.returned, Ask.stop)

    @rule(data=st.data())
    def papers(self, data: Any) -> None:
        self._go(data, Ask.grant, Ask.revoke, Ask.consent, Ask.card, Ask.review)

    @rule(data=st.data())
    def raising(self, data: Any) -> None:
        self._go(data, Ask.bid, Ask.listing, Ask.cancel, Ask.failure)

    @precondition(lambda self: self.callers.is_raising())
    @rule(data=st.data())
    def fill_a_listing(self, data: Any) -> None:
        self.pick.data = data
        for asked in self.callers.fill():
            self.all.go(asked)
        self.all.check()

    @precondition(lambda self: any(self.callers.has_subject(w) for w in (Ask.disbursement, Ask.repayment, Ask.step)))
    @rule(data=st.data())
    def lending(self, data: Any) -> None:
        self._go(data, Ask.repayment, Ask.disbursement, Ask.step)

    @rule(data=st.data())
    def time(self, data: Any) -> None:
        self._go(data, Ask.close, Ask.expiry)

    @rule(data=st.data())
    def locks(self, data: Any) -> None:
        self._go(data, Ask.unlock, Ask.lock)

    @precondition(lambda self: any(message["state"] == "waiting" for message in self.all.model.messages))
    @rule()
    def deliver(self) -> None:
        self.all.deliver()
        self.all.check()

    @precondition(lambda self: self.callers.asked)
    @rule(data=st.data())
    def again(self, data: Any) -> None:
        self._go(data, Ask.again)

    def teardown(self) -> None:
        self.all.compare_all()


def machine(stores: Callable[[], Sequence[Twin]], sizes: dict[str, Any]) -> type[Custody]:
    """Return the machine on some stores."""
    return type("Custody", (Custody,), {"stores": staticmethod(stores), "sizes": sizes})


@pytest.mark.parametrize(
    "sizes", [IN_MEMORY, pytest.param(LONG_IN_MEMORY, marks=pytest.mark.soak)], ids=["short", "long"]
)
def test_model_and_memory_store_agree_on_every_sequence(run_sizes: dict[str, Any], sizes: settings) -> None:
    run_state_machine_as_test(machine(lambda: [MemoryTwin()], run_sizes), settings=sizes)


@ON_BOTH
@pytest.mark.parametrize(
    "sizes", [ON_POSTGRES, pytest.param(LONG_ON_POSTGRES, marks=pytest.mark.soak)], ids=["short", "long"]
)
def test_model_and_both_stores_agree_on_every_sequence(
    run_sizes: dict[str, Any], postgres_twin: Callable[[], PostgresTwin], sizes: settings
) -> None:
    def stores() -> Iterator[Twin]:
        yield MemoryTwin()
        yield postgres_twin()

    run_state_machine_as_test(machine(lambda: list(stores()), run_sizes), settings=sizes)


def work(all_: Triple, seed: int, count: int) -> None:
    """Ask so many seeded instructions, with all invariants after every one."""
    callers = Ask(all_.model, Seeded(seed))
    for asked in beginnings(callers, 4):
        all_.go(asked)
    for number in range(count):
        all_.go(callers.any())
        all_.check()
        if number % 40 == 39:
            all_.deliver()
    all_.deliver()
    all_.check()
    all_.compare_all()


@pytest.mark.parametrize(
    ("seed", "count"),
    [
        (0, 400),
        pytest.param(3, 400, marks=pytest.mark.soak),
        *(pytest.param(seed, 1_000, marks=pytest.mark.soak) for seed in range(20)),
    ],
)
def test_model_and_memory_store_agree_over_months(run_sizes: dict[str, Any], seed: int, count: int) -> None:
    work(Triple([MemoryTwin()], **run_sizes), seed, count)


@ON_BOTH
@pytest.mark.parametrize(("seed", "count"), [(7, 100), pytest.param(8, 1_000, marks=pytest.mark.soak)])
def test_model_and_both_stores_agree_over_months(
    run_sizes: dict[str, Any], postgres_twin: Callable[[], PostgresTwin], seed: int, count: int
) -> None:
    work(Triple([MemoryTwin(), postgres_twin()], **run_sizes), seed, count)
