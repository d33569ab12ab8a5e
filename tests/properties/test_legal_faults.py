"""Faults of legal orders: code is put out of order on purpose, and the invariants find it in what is stored."""

from collections.abc import Callable
from typing import Any

import pytest

from cunguan.kernel.rows import Freeze, LegalOrder, OrderHere
from cunguan.operations import freezing, seizing
from cunguan.plane import runner
from tests.operations.driver import Books
from tests.operations.order_case import ORDER
from tests.properties.invariants import check
from tests.scenarios.world import World
from tests.store.twins import MemoryTwin

Plant = Callable[[pytest.MonkeyPatch], None]


def story() -> None:
    """Check two orders over two platforms, credits that race for them, a lift in part and as a whole."""
    store = MemoryTwin()
    world = World(store)
    for lane in (1, 2):
        world.platform(lane)
        world.client(lane, "L1", person="anna")
        _pay(world, lane, "first", 6_000)
    for name, amount_minor in (("O1", 15_000), ("O2", 9_000)):
        world.done(0, name, "legal_order", **(ORDER | {"instrument": name, "amount_minor": amount_minor}))
        world.settle_messages()
    for lane in (1, 2):
        _pay(world, lane, "second", 2_000)
        check(store)
    world.settle_messages()
    check(store)
    for amount_minor in (1_000, None):
        world.done(
            0, f"lift:{amount_minor}", "legal_lift", order="O1", issuer="court:1", instrument="x", maker="m1",
            checker="c1", amount_minor=amount_minor,
        )  # fmt: skip
        world.settle_messages()
        check(store)


def _pay(world: World, lane: int, name: str, amount_minor: int) -> None:
    world.done(
        lane, f"{name}:{lane}", "deposit_direct", holder="L1", bank_account="bank", amount_minor=amount_minor,
        payer_matches=True, reference="r",
    )  # fmt: skip


def nothing_is_seized(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(runner, "gains", lambda postings, under: {})


def only_half_is_seized(patch: pytest.MonkeyPatch) -> None:
    real = seizing.gains
    patch.setattr(runner, "gains", lambda *given: {name: max(1, a // 2) for name, a in real(*given).items()})


def nothing_is_given_back(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(freezing.Freezing, "give_back", lambda self, order: None)


def a_freeze_is_not_counted(patch: pytest.MonkeyPatch) -> None:
    def grown(self: Any, freeze: Freeze, order: OrderHere, amount_minor: int) -> None:
        self.freezes[freeze.id] = freeze
        self.put(order)

    patch.setattr(freezing.Freezing, "_grow", grown)


def holders_do_not_hear_of_it(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(freezing.Freezing, "_holders", lambda self: list(self.holders.values()))


def another_persons_order_is_cited(patch: pytest.MonkeyPatch) -> None:
    real = freezing.legal_freeze
    patch.setattr(freezing, "legal_freeze", lambda **given: real(**(given | {"authority": 1})))


def every_lane_is_confirmed_in_full(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(LegalOrder, "unfilled_minor", property(lambda self: self.amount_minor))


FAULTS: tuple[Plant, ...] = (
    nothing_is_seized, only_half_is_seized, nothing_is_given_back, a_freeze_is_not_counted, holders_do_not_hear_of_it,
    another_persons_order_is_cited, every_lane_is_confirmed_in_full,
)  # fmt: skip


def test_the_story_holds_without_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Books, "check", lambda self, lane: None)
    story()


@pytest.mark.parametrize("plant", FAULTS, ids=lambda plant: plant.__name__)
def test_a_fault_is_found(plant: Plant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Books, "check", lambda self, lane: None)
    plant(monkeypatch)
    with pytest.raises(Exception) as found:  # an invariant, or what the store or a state machine refuses
        story()
    assert isinstance(found.value, AssertionError | ValueError | RuntimeError | KeyError), found.value
