"""Orders: three platforms, a person on two of them, and the ways of an authority, for the tests of legal orders."""

from datetime import date
from typing import Any

from cunguan.kernel.instruction import Answer
from cunguan.kernel.rows import LegalOrder, OrderHere
from tests.operations.driver import Books

EXPIRES = date(2024, 9, 2)
ORDER: dict[str, Any] = {
    "issuer": "court:1", "instrument": "2024-17", "currency": "CNY", "amount_minor": 10_000, "expires": EXPIRES,
    "maker": "m1", "checker": "c1", "person": "anna",
}  # fmt: skip
INSTRUMENT: dict[str, Any] = {"issuer": "court:1", "instrument": "2024-18", "maker": "m1", "checker": "c1"}


class Orders(Books):
    """Anna has 60.00 on each of two platforms; Bert has 100.00 on the first; on the third is nobody yet."""

    def __init__(self) -> None:
        super().__init__()
        for lane in (1, 2, 3):
            self.platform(lane)
        self.client(1, "L1", person="anna")
        self.client(2, "L1", person="anna")
        self.client(1, "L2", person="bert")
        self.give(1, "L1", 6_000)
        self.give(2, "L1", 6_000)
        self.give(1, "L2", 10_000)

    def order(self, name: str = "O1", **other: Any) -> Answer:
        """Order Anna's money frozen: 100.00, where nothing else is said."""
        return self.submit(0, name, "legal_order", **(ORDER | other))

    def ordered(self, name: str = "O1", **other: Any) -> None:
        """Order, and let all messages arrive."""
        self.done(0, name, "legal_order", **(ORDER | other))
        self.settle_messages()

    def lift(self, name: str = "O1", **other: Any) -> Answer:
        """Lift an order, the whole of it where nothing else is said."""
        return self.submit(0, f"lift:{name}:{len(self.store.entries[0])}", "legal_lift",
                           **({"order": name} | INSTRUMENT | other))  # fmt: skip

    def frozen(self, name: str = "O1") -> list[int]:
        """Return what an order has frozen in the first two lanes."""
        found = [self.row(lane, OrderHere, name) for lane in (1, 2)]
        return [0 if here is None else here.frozen_minor for here in found]

    def stands(self, name: str = "O1") -> tuple[int, str]:
        """Return what is confirmed of an order, and its state."""
        row = self.get(0, LegalOrder, name)
        return row.filled_minor, row.state

    def events(self, name: str = "O1", lane: int = 0) -> list[str]:
        """Return what has happened to an order, in its order."""
        return [
            move.event for entry in self.store.entries[lane] for move in entry.decision.moves
            if move.machine in ("legal_order", "order_here") and move.subject == name
        ]  # fmt: skip
